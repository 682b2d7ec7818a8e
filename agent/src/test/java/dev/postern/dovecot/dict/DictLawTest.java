package dev.postern.dovecot.dict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.dovecot.dict.DictFixture.DictClientPeer;
import dev.postern.model.Mailbox;
import dev.postern.testing.SeededRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Any number of peers, transactions and lookups at once do what one after the other would do. */
class DictLawTest {

    private static final List<String> USERS = List.of("a@example.org", "b@example.org", "nobody@example.org");

    @Test
    void togetherIsWhatOneAfterTheOtherWouldBe() {
        Random random = SeededRandom.random();
        for (int round = 0; round < 200; round++) {
            new Interleaving(random).run();
        }
    }

    private static final class Interleaving {

        private final Random random;
        private final DictFixture postern =
                new DictFixture(100, 1).with(USERS.get(0), 0L, 0L).with(USERS.get(1), null, 5L);
        private final Map<String, Long> bytes = new HashMap<>();
        private final List<Talk> talks = new ArrayList<>();

        Interleaving(Random random) {
            this.random = random;
            bytes.put(USERS.get(0), 0L);
            for (int i = 0; i < 3; i++) {
                talks.add(new Talk(postern.connect().greeted()));
            }
        }

        void run() {
            for (int step = 0; step < 200; step++) {
                if (random.nextInt(4) == 0) {
                    postern.flushOne();
                } else {
                    step(talks.get(random.nextInt(talks.size())), USERS.get(random.nextInt(USERS.size())));
                }
                talks.forEach(Talk::check);
            }
            postern.flush();
            talks.forEach(Talk::check);
            assertThat(talks).allSatisfy(talk -> assertThat(talk.expected).isEmpty());
            for (String user : USERS.subList(0, 2)) {
                Mailbox row = postern.row(user);
                assertThat(row.bytes()).isEqualTo(bytes.get(user));
            }
        }

        private void step(Talk talk, String user) {
            long value = random.nextLong(1000) - 300;
            switch (random.nextInt(5)) {
                case 0 -> {
                    talk.commit(user, "S", value, "O");
                    if (isThere(user)) {
                        bytes.put(user, value);
                    }
                }
                case 1 -> {
                    talk.commit(user, "U", 0, "O");
                    bytes.remove(user);
                }
                case 2, 3 -> {
                    // Whether there was a figure to add to is known when it is written: a later SET may have come
                    // first.
                    talk.commit(user, "A", value, isThere(user) ? "O|N" : "N");
                    bytes.computeIfPresent(user, (known, sum) -> sum + value);
                }
                default -> talk.lookup(user, bytes.containsKey(user) ? "O" + bytes.get(user) : "N");
            }
        }

        private static boolean isThere(String user) {
            return !user.startsWith("nobody");
        }
    }

    /** One peer and the replies it must get, in order. */
    private static final class Talk {

        private final DictClientPeer wire;
        private final Deque<String> expected = new ArrayDeque<>();
        private int id;

        Talk(DictClientPeer wire) {
            this.wire = wire;
        }

        void commit(String user, String operation, long value, String replies) {
            id++;
            String argument = operation.equals("U") ? "" : "\t" + value;
            wire.lines("B" + id + "\t" + user, operation + id + "\tpriv/quota/storage" + argument, "C" + id);
            expected.add("(" + replies + ")" + id);
        }

        void lookup(String user, String reply) {
            wire.lines("Lpriv/quota/storage\t" + user);
            expected.add(reply);
        }

        void check() {
            for (String reply : wire.take().lines().toList()) {
                assertThat(reply).matches(expected.remove());
            }
        }
    }
}
