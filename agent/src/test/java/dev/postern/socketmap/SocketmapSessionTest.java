package dev.postern.socketmap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.core.Answer;
import dev.postern.lookup.Lookup;
import dev.postern.lookup.ServedLookup;
import dev.postern.lookup.Turns;
import dev.postern.testing.ManualTime;
import dev.postern.testing.Seeded;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
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
    private final Map<String, Promise<Answer>> asked = new HashMap<>();
    private final List<String> replies = new ArrayList<>();
    private final SocketmapSession session = new SocketmapSession(
            Map.of(
                    "later", served("later", this::later),
                    "echo", served("echo", key -> Future.succeededFuture(new Answer.Found(key))),
                    "throwing",
                            served("throwing", key -> {
                                throw new IllegalStateException("a bug");
                            })),
            served("unknown", key -> Future.failedFuture("never asked")),
            new Turns(time, DEADLINE, replies::add));

    @Test
    void whatIsKnownIsAnsweredAtOnceWithoutATimer() {
        ask("echo a");
        assertThat(replies).containsExactly("OK a");
        assertThat(time.timers()).isZero();
        assertThat(session.inFlight()).isZero();
    }

    @Test
    void repliesLeaveInTheOrderOfTheRequests() {
        ask("later a");
        ask("echo b");
        ask("later c");
        answer("c", new Answer.Found("c"));
        assertThat(replies).isEmpty();
        assertThat(session.inFlight()).isEqualTo(3);
        answer("a", Answer.MISSING);
        assertThat(replies).containsExactly("NOTFOUND ", "OK b", "OK c");
        assertThat(time.timers()).isZero();
    }

    @Test
    void aLateAnswerIsNeverTheAnswerToTheNextKey() {
        ask("later stranger");
        time.advance(DEADLINE);
        assertThat(replies).containsExactly("TEMP lookup timed out");
        ask("later next");
        answer("stranger", new Answer.Found("permit"));
        assertThat(replies).hasSize(1);
        answer("next", Answer.MISSING);
        time.advance(DEADLINE);
        assertThat(replies).containsExactly("TEMP lookup timed out", "NOTFOUND ");
        assertThat(count("later", "timeout")).isEqualTo(1);
        assertThat(count("later", "found")).isZero();
    }

    @Test
    void everyRequestHasItsOwnDeadline() {
        ask("later a");
        time.advance(Duration.ofSeconds(1));
        ask("later b");
        time.advance(Duration.ofSeconds(1));
        assertThat(replies).containsExactly("TEMP lookup timed out");
        answer("b", new Answer.Found("b"));
        assertThat(replies).containsExactly("TEMP lookup timed out", "OK b");
    }

    @Test
    void aLookupThatThrowsOrFailsIsTemporary() {
        ask("throwing a");
        ask("later b");
        asked.get("b").fail("secret detail");
        assertThat(replies).containsExactly("TEMP internal error", "TEMP internal error");
        assertThat(count("throwing", "error")).isEqualTo(1);
        assertThat(count("later", "error")).isEqualTo(1);
    }

    @Test
    void noSuchMapAndNoKeyAreRefused() {
        ask("mailboxes a");
        ask("echo");
        ask("");
        ask(" a");
        assertThat(replies)
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
        assertThat(replies).containsExactly("OK \"a b\"@example.org ");
    }

    @Test
    void nothingIsSentAfterTheEnd() {
        ask("later a");
        session.close();
        assertThat(time.timers()).isZero();
        answer("a", new Answer.Found("a"));
        assertThat(replies).isEmpty();
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
    void exactlyOneReplyEachInOrderWhateverHappens() {
        Random random = Seeded.random();
        for (int round = 0; round < 200; round++) {
            replies.clear();
            asked.clear();
            List<String> keys = new ArrayList<>();
            for (int step = 0; step < 60; step++) {
                disturb(random, keys, round + "-" + step);
            }
            time.advance(DEADLINE);
            keys.forEach(key -> asked.get(key).tryComplete(new Answer.Found("late")));
            assertThat(replies).hasSameSizeAs(keys);
            for (int i = 0; i < keys.size(); i++) {
                assertThat(replies.get(i))
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
            case 0 -> asked.get(some).tryComplete(new Answer.Found("v" + some));
            case 1 -> asked.get(some).tryComplete(Answer.MISSING);
            case 2 -> asked.get(some).tryFail("no");
            default -> time.advance(Duration.ofMillis(random.nextInt(700)));
        }
    }

    private void ask(String payload) {
        session.on(Buffer.buffer(payload));
    }

    private void answer(String key, Answer answer) {
        asked.get(key).complete(answer);
    }

    private Future<Answer> later(String key) {
        return asked.computeIfAbsent(key, none -> Promise.promise()).future();
    }

    private ServedLookup<String> served(String name, Lookup<String> lookup) {
        return new ServedLookup<>(name, lookup, meters);
    }

    private double count(String map, String answer) {
        return meters.get("postern.lookups")
                .tags("map", map, "answer", answer)
                .counter()
                .count();
    }
}
