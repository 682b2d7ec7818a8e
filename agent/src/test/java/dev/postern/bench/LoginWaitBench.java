package dev.postern.bench;

import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a POP3 login waits for, one after the other, in whatever state the agent is. */
@ExtendWith(DatabaseExtension.class)
class LoginWaitBench {

    private static final int LOGINS = 100;

    /** For ways that wait long: they show it with few logins too. */
    private static final long ENOUGH_NANOS = 5_000_000_000L;

    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);

    private enum State {
        WELL("agent well") {
            @Override
            void enter(LoginHosts hosts) {}

            @Override
            void leave(LoginHosts hosts) {}
        },
        FROZEN("agent frozen (SIGSTOP)") {
            @Override
            void enter(LoginHosts hosts) {
                hosts.agent().freeze();
            }

            @Override
            void leave(LoginHosts hosts) {
                hosts.agent().thaw();
                hosts.awaitEmptySpool();
            }
        },
        STOPPED("agent stopped (SIGTERM), or never there") {
            @Override
            void enter(LoginHosts hosts) {
                hosts.agent().stop();
            }

            @Override
            void leave(LoginHosts hosts) {
                hosts.startAgent();
            }
        },
        KILLED("agent killed (SIGKILL), sockets left behind") {
            @Override
            void enter(LoginHosts hosts) {
                hosts.agent().kill9();
            }

            @Override
            void leave(LoginHosts hosts) {
                hosts.startAgent();
            }
        };

        private final String said;

        State(String said) {
            this.said = said;
        }

        abstract void enter(LoginHosts hosts);

        abstract void leave(LoginHosts hosts);
    }

    private final Map<String, Map<String, List<Outcome>>> outcomes = new LinkedHashMap<>();

    @Test
    void logins(TestDatabase database, @TempDir Path directory) throws Exception {
        try (LoginHosts hosts = LoginHosts.start(database, directory)) {
            for (int round = -1; round < ROUNDS; round++) {
                for (State state : State.values()) {
                    state.enter(hosts);
                    for (Pop3Dovecot dovecot : hosts.dovecots()) {
                        measure(dovecot, state, round >= 0);
                    }
                    state.leave(hosts);
                }
            }
        }
        for (var way : outcomes.entrySet()) {
            Table table = new Table("a POP3 login, " + way.getKey(), List.of(State.WELL.said));
            way.getValue().forEach(table::row);
            table.print();
        }
    }

    private void measure(Pop3Dovecot dovecot, State state, boolean counted) throws IOException {
        long begin = System.nanoTime();
        LongStream.Builder taken = LongStream.builder();
        boolean refused = false;
        int logins = 0;
        while (logins < LOGINS && System.nanoTime() - begin < ENOUGH_NANOS) {
            long nanos = dovecot.login(logins % LoginHosts.USERS);
            refused |= nanos < 0;
            taken.add(Math.abs(nanos));
            logins++;
        }
        if (counted) {
            Outcome outcome = Outcome.of(taken.build().toArray(), System.nanoTime() - begin);
            outcomes.computeIfAbsent(dovecot.way().name(), way -> new LinkedHashMap<>())
                    .computeIfAbsent(state.said + (refused ? ": REFUSED" : ""), row -> new ArrayList<>())
                    .add(outcome);
        }
    }
}
