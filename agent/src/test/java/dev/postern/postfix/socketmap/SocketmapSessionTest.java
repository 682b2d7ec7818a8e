package dev.postern.postfix.socketmap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.LookupResult;
import dev.postern.net.FramingException;
import dev.postern.net.NetstringCodec;
import dev.postern.postfix.lookup.LookupReplyQueue;
import dev.postern.testing.ManualTime;
import dev.postern.testing.RecordingPeer;
import dev.postern.testing.SeededRandom;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SocketmapSessionTest {

    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private final ManualTime time = new ManualTime();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Map<String, Promise<LookupResult>> asked = new HashMap<>();
    private final RecordingPeer peer = new RecordingPeer();
    private final NetstringCodec heard = new NetstringCodec(100_000);
    private final List<String> replies = new ArrayList<>();
    private final SocketmapDispatcher dispatcher = new SocketmapDispatcher(
            Map.of(
                    "later",
                    this::later,
                    "echo",
                    key -> Future.succeededFuture(new LookupResult.Found(key)),
                    "throwing",
                    key -> {
                        throw new IllegalStateException("a bug");
                    }),
            meters);
    private int dropped;
    private final SocketmapSession session = new SocketmapSession(
            peer, dispatcher, reply -> new LookupReplyQueue(time, DEADLINE, reply), () -> dropped++);

    @Test
    void whatIsKnownIsAnsweredAtOnceWithoutATimer() {
        ask("echo a");
        assertThat(replies()).containsExactly("OK a");
        assertThat(time.timers()).isZero();
        assertThat(session.hasPendingReplies()).isFalse();
    }

    @Test
    void repliesLeaveInTheOrderOfTheRequests() {
        ask("later a");
        ask("echo b");
        ask("later c");
        answer("c", new LookupResult.Found("c"));
        assertThat(replies()).isEmpty();
        assertThat(session.hasPendingReplies()).isTrue();
        answer("a", LookupResult.MISSING);
        assertThat(replies()).containsExactly("NOTFOUND ", "OK b", "OK c");
        assertThat(time.timers()).isZero();
    }

    @Test
    void aLateAnswerIsNeverTheAnswerToTheNextKey() {
        ask("later stranger");
        time.advance(DEADLINE);
        assertThat(replies()).containsExactly("TEMP lookup timed out");
        ask("later next");
        answer("stranger", new LookupResult.Found("permit"));
        assertThat(replies()).hasSize(1);
        answer("next", LookupResult.MISSING);
        time.advance(DEADLINE);
        assertThat(replies()).containsExactly("TEMP lookup timed out", "NOTFOUND ");
        assertThat(count("later", "timeout")).isEqualTo(1);
        assertThat(count("later", "found")).isZero();
    }

    @Test
    void everyRequestHasItsOwnDeadline() {
        ask("later a");
        time.advance(Duration.ofSeconds(1));
        ask("later b");
        time.advance(Duration.ofSeconds(1));
        assertThat(replies()).containsExactly("TEMP lookup timed out");
        answer("b", new LookupResult.Found("b"));
        assertThat(replies()).containsExactly("TEMP lookup timed out", "OK b");
    }

    @Test
    void aLookupThatThrowsOrFailsIsTemporary() {
        ask("throwing a");
        ask("later b");
        promise("b").fail("secret detail");
        assertThat(replies()).containsExactly("TEMP internal error", "TEMP internal error");
        assertThat(count("throwing", "error")).isEqualTo(1);
        assertThat(count("later", "error")).isEqualTo(1);
    }

    @Test
    void noSuchMapAndNoKeyAreRefused() {
        ask("mailboxes a");
        ask("echo");
        ask("");
        ask(" a");
        assertThat(replies())
                .containsExactly(
                        "PERM unknown map",
                        "PERM no key in the request",
                        "PERM no key in the request",
                        "PERM unknown map");
        assertThat(count("unknown", "refused")).isEqualTo(4);
    }

    @Test
    void theKeyIsEverythingAfterTheFirstSpace() {
        ask("echo \"a b\"@example.org ");
        assertThat(replies()).containsExactly("OK \"a b\"@example.org ");
    }

    @Test
    void nothingIsSentAfterTheEnd() {
        ask("later a");
        session.closed();
        assertThat(time.timers()).isZero();
        answer("a", new LookupResult.Found("a"));
        assertThat(replies()).isEmpty();
    }

    @Test
    void countsByMapAndAnswer() {
        ask("echo a");
        ask("echo 1");
        assertThat(count("echo", "found")).isEqualTo(2);
        assertThat(meters.get("postern.lookup").tag("map", "echo").timer().count())
                .isEqualTo(2);
    }

    @Test
    void aPeerWithTooManyRequestsOpenIsNotReadFromUntilThereIsRoom() {
        for (int i = 0; i < 2 * SocketmapSession.MAX_IN_FLIGHT; i++) {
            ask("later " + i);
        }
        assertThat(peer.isPaused()).isTrue();
        assertThat(asked).hasSize(SocketmapSession.MAX_IN_FLIGHT);
        answer("0", LookupResult.MISSING);
        assertThat(asked).as("the next one in its place").hasSize(SocketmapSession.MAX_IN_FLIGHT + 1);
        for (int i = 1; i < 2 * SocketmapSession.MAX_IN_FLIGHT; i++) {
            answer(Integer.toString(i), LookupResult.MISSING);
        }
        assertThat(peer.isPaused()).isFalse();
        assertThat(replies()).hasSize(2 * SocketmapSession.MAX_IN_FLIGHT);
        assertThat(session.bufferedBytes()).isZero();
    }

    @Test
    void aPeerThatDoesNotReadIsNotReadFromAndLosesNothing() {
        peer.setFull(true);
        ask("echo a");
        ask("echo b");
        assertThat(peer.isPaused()).isTrue();
        assertThat(replies()).isEmpty();
        assertThat(session.bufferedBytes()).isPositive();
        peer.setFull(false);
        session.writable();
        assertThat(replies()).containsExactly("OK a", "OK b");
        assertThat(peer.isPaused()).isFalse();
    }

    @Test
    void whoHasSaidAllGetsItsRepliesAndThenTheEnd() {
        ask("later a");
        session.inputClosed();
        assertThat(peer.isClosed()).isFalse();
        answer("a", LookupResult.MISSING);
        assertThat(replies()).containsExactly("NOTFOUND ");
        assertThat(peer.isClosed()).isTrue();
    }

    @Test
    void whatIsAskedWhenTheServerStopsIsAnsweredAndNothingMoreIsTaken() {
        ask("later a");
        session.stop();
        ask("echo b");
        assertThat(peer.isClosed()).isFalse();
        answer("a", LookupResult.MISSING);
        assertThat(replies()).containsExactly("NOTFOUND ");
        assertThat(peer.isClosed()).isTrue();
    }

    @Test
    void brokenFramingIsDroppedOnce() {
        session.read("3:abcd3:abc,".getBytes(StandardCharsets.UTF_8));
        session.read("3:abc,".getBytes(StandardCharsets.UTF_8));
        assertThat(peer.isClosed()).isTrue();
        assertThat(dropped).isEqualTo(1);
        assertThat(replies()).isEmpty();
    }

    @Test
    void exactlyOneReplyEachInOrderWhateverHappens() {
        Random random = SeededRandom.random();
        for (int round = 0; round < 200; round++) {
            replies().clear();
            asked.clear();
            List<String> keys = new ArrayList<>();
            for (int step = 0; step < 60; step++) {
                disturb(random, keys, round + "-" + step);
            }
            time.advance(DEADLINE);
            keys.forEach(key -> promise(key).tryComplete(new LookupResult.Found("late")));
            assertThat(replies()).hasSameSizeAs(keys);
            for (int i = 0; i < keys.size(); i++) {
                assertThat(replies().get(i))
                        .isIn("OK v" + keys.get(i), "TEMP lookup timed out", "TEMP internal error", "NOTFOUND ");
            }
        }
    }

    private void disturb(Random random, List<String> keys, String key) {
        if (keys.isEmpty() || random.nextInt(3) == 0) {
            keys.add(key);
            ask("later " + key);
            return;
        }
        String some = keys.get(random.nextInt(keys.size()));
        switch (random.nextInt(4)) {
            case 0 -> promise(some).tryComplete(new LookupResult.Found("v" + some));
            case 1 -> promise(some).tryComplete(LookupResult.MISSING);
            case 2 -> promise(some).tryFail("no");
            default -> time.advance(Duration.ofMillis(random.nextInt(700)));
        }
    }

    private void ask(String payload) {
        session.read(NetstringCodec.encode(payload).getBytes());
    }

    private void answer(String key, LookupResult answer) {
        promise(key).complete(answer);
    }

    /** All that the peer has read so far. */
    private List<String> replies() {
        try {
            heard.feed(Buffer.buffer(peer.takeBytes()));
            for (Buffer reply = heard.next(); reply != null; reply = heard.next()) {
                replies.add(reply.toString());
            }
            return replies;
        } catch (FramingException broken) {
            throw new AssertionError(broken);
        }
    }

    private Future<LookupResult> later(String key) {
        return promise(key).future();
    }

    private Promise<LookupResult> promise(String key) {
        return asked.computeIfAbsent(key, none -> Promise.promise());
    }

    private double count(String map, String answer) {
        return meters.get("postern.lookups")
                .tags("map", map, "answer", answer)
                .counter()
                .count();
    }
}
