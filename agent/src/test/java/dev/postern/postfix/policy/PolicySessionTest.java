package dev.postern.postfix.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.LookupResult;
import dev.postern.testing.ManualTime;
import dev.postern.testing.RecordingPeer;
import dev.postern.testing.SeededRandom;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicySessionTest {

    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final String DUNNO = "action=DUNNO\n\n";
    private static final String PERMIT = "action=permit\n\n";
    private static final LookupResult FULL = new LookupResult.Found("452 4.2.2 Mailbox is over quota");
    private static final String REFUSED = "action=452 4.2.2 Mailbox is over quota\n\n";

    private final ManualTime time = new ManualTime();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Map<String, Promise<LookupResult>> asked = new HashMap<>();
    private final RecordingPeer peer = new RecordingPeer();
    private int dropped;
    private final PolicySession session = new PolicySession(
            peer,
            new PolicyDispatcher((recipient, size) -> later(recipient), this::later, time, meters),
            time,
            DEADLINE,
            () -> dropped++);

    @Test
    void repliesLeaveInTheOrderOfTheRequests() {
        quota("a@example.org");
        relay("192.0.2.7");
        quota("c@example.org");
        answer("192.0.2.7", new LookupResult.Found("OK"));
        answer("c@example.org", FULL);
        assertThat(peer.take()).isEmpty();
        assertThat(session.hasPendingReplies()).isTrue();
        answer("a@example.org", LookupResult.MISSING);
        assertThat(peer.take()).isEqualTo(DUNNO + PERMIT + REFUSED);
        assertThat(session.hasPendingReplies()).isFalse();
        assertThat(time.timers()).isZero();
    }

    @Test
    void aLateAnswerIsNeverTheAnswerToTheNextRequest() {
        relay("192.0.2.7");
        time.advance(DEADLINE);
        assertThat(peer.take()).isEqualTo(DUNNO);
        relay("198.51.100.1");
        answer("192.0.2.7", new LookupResult.Found("OK"));
        assertThat(peer.take()).isEmpty();
        answer("198.51.100.1", LookupResult.MISSING);
        assertThat(peer.take()).isEqualTo(DUNNO);
        assertThat(count("policy-pop-before-smtp", "timeout")).isEqualTo(1);
        assertThat(count("policy-pop-before-smtp", "found")).isZero();
    }

    @Test
    void whatCannotBeToldIsNoOpinion() {
        quota("a@example.org");
        answer("a@example.org", new LookupResult.TempFail("database is away"));
        relay("192.0.2.7");
        answer("192.0.2.7", new LookupResult.TempFail("starting"));
        quota("b@example.org");
        asked.get("b@example.org").fail("a bug");
        relay("192.0.2.8");
        asked.get("192.0.2.8").fail("a bug");
        assertThat(peer.take()).isEqualTo(DUNNO.repeat(4));
        assertThat(count("policy-quota", "temp")).isEqualTo(1);
        assertThat(count("policy-pop-before-smtp", "error")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"'', true", "request=smtpd_access_policy, true", "request=, false", "request=other, false"})
    void aRequestThatDoesNotSayWhoseItIsIsSmtpds(String request, boolean asks) {
        session.read((request + "\nrecipient=a@example.org\nprotocol_state=RCPT\n\n")
                .stripLeading()
                .getBytes(UTF_8));
        assertThat(asked.containsKey("a@example.org")).isEqualTo(asks);
        assertThat(peer.take()).isEqualTo(asks ? "" : DUNNO);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "452", "1700000000", "permit", "OK", "192.0.2.7", "452 ", "452 \n250 OK", "250 OK"})
    void noValueEverBecomesAPermit(String value) {
        quota("a@example.org");
        answer("a@example.org", new LookupResult.Found(value));
        assertThat(peer.take()).isEqualTo(DUNNO);
    }

    @Test
    void whoSendsTooMuchIsNotReadForAWhile() {
        for (int i = 0; i < PolicySession.MAX_IN_FLIGHT; i++) {
            assertThat(peer.isPaused()).isFalse();
            quota("r" + i);
        }
        assertThat(peer.isPaused()).isTrue();
        answer("r0", LookupResult.MISSING);
        assertThat(peer.isPaused()).isFalse();
        peer.setFull(true);
        answer("r1", LookupResult.MISSING);
        assertThat(peer.isPaused()).isTrue();
        peer.setFull(false);
        session.writable();
        assertThat(peer.isPaused()).isFalse();
    }

    @Test
    void aPeerWithoutBoundsIsDroppedAndHearsNothingMore() {
        quota("a@example.org");
        session.read("x".repeat(PolicyRequestParser.MAX_LINE + 1).getBytes(UTF_8));
        assertThat(peer.isClosed()).isTrue();
        assertThat(dropped).isEqualTo(1);
        answer("a@example.org", FULL);
        quota("b@example.org");
        assertThat(asked).doesNotContainKey("b@example.org");
        assertThat(time.timers()).isZero();
    }

    @Test
    void nothingIsSentAfterTheEnd() {
        quota("a@example.org");
        session.closed();
        assertThat(time.timers()).isZero();
        answer("a@example.org", FULL);
        assertThat(peer.take()).isEmpty();
    }

    @Test
    void whoIsOwedAReplyGetsItBeforeTheStop() {
        quota("a@example.org");
        session.stop();
        assertThat(peer.isClosed()).isFalse();
        answer("a@example.org", FULL);
        assertThat(peer.take()).isEqualTo(REFUSED);
        assertThat(peer.isClosed()).isTrue();
    }

    @Test
    void whoHasSaidAllHearsAll() {
        quota("a@example.org");
        session.inputClosed();
        answer("a@example.org", FULL);
        assertThat(peer.take()).isEqualTo(REFUSED);
        assertThat(peer.isClosed()).isTrue();
    }

    /** Whatever the lookups and the clock do: one reply each, in order, and never the one that belongs to another. */
    @Test
    void exactlyOneReplyEachInOrderWhateverHappens() {
        Random random = SeededRandom.random();
        for (int round = 0; round < 200; round++) {
            peer.take();
            List<String> keys = new ArrayList<>();
            for (int step = 0; step < 60; step++) {
                disturb(random, keys, round + "-" + step);
            }
            time.advance(DEADLINE);
            keys.forEach(key -> asked.get(key).tryComplete(new LookupResult.Found("452 late")));
            String[] replies = peer.take().split("(?<=\n\n)");
            assertThat(replies).hasSameSizeAs(keys);
            for (int i = 0; i < replies.length; i++) {
                assertThat(replies[i]).isIn("action=452 v" + keys.get(i) + "\n\n", DUNNO);
            }
        }
    }

    private void disturb(Random random, List<String> keys, String key) {
        if (keys.isEmpty() || random.nextInt(3) == 0) {
            keys.add(key);
            quota(key);
            return;
        }
        Promise<LookupResult> some = asked.get(keys.get(random.nextInt(keys.size())));
        switch (random.nextInt(4)) {
            case 0 ->
                keys.forEach(each -> {
                    if (asked.get(each) == some) {
                        some.tryComplete(new LookupResult.Found("452 v" + each));
                    }
                });
            case 1 -> some.tryComplete(LookupResult.MISSING);
            case 2 -> some.tryFail("no");
            default -> time.advance(Duration.ofMillis(random.nextInt(700)));
        }
    }

    private void quota(String recipient) {
        ask("quota", "recipient=" + recipient);
    }

    private void relay(String client) {
        ask("pop-before-smtp", "client_address=" + client);
    }

    private void ask(String context, String attribute) {
        session.read(("request=smtpd_access_policy\nprotocol_state=RCPT\npolicy_context=" + context + "\n" + attribute
                        + "\n\n")
                .getBytes(UTF_8));
    }

    private void answer(String key, LookupResult answer) {
        asked.get(key).complete(answer);
    }

    private Future<LookupResult> later(String key) {
        return asked.computeIfAbsent(key, none -> Promise.promise()).future();
    }

    private double count(String map, String answer) {
        return meters.get("postern.lookups")
                .tags("map", map, "answer", answer)
                .counter()
                .count();
    }
}
