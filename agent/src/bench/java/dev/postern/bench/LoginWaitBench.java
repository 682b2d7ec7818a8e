package dev.postern.bench;

import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a POP3 login waits for, one after the other, in whatever state the agent is. */
@ExtendWith(DatabaseExtension.class)
class LoginWaitBench {

    private static final int LOGINS = 100;

    /** For ways that wait long: they show it with few logins too. */
    private static final long ENOUGH_NANOS = 3_000_000_000L;

    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);

    /** Without a script nobody gets in while nobody answers. */
    private static final String REFUSED = ": NOBODY GETS IN";

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
                    for (Pop3Dovecot dovecot : hosts.dovecotsThat(LoginWaitBench::isAbout)) {
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
            report(way.getKey(), table, way.getValue().keySet());
        }
    }

    /** Ours, and one that nobody's state can matter to, to see what chance does. */
    private static boolean isAbout(LoginWay way) {
        return !List.of(LoginWay.EXEC, LoginWay.SEED, LoginWay.STUB).contains(way.name());
    }

    private static void report(String way, Table table, Set<String> states) throws IOException {
        for (String state : states) {
            if (!state.equals(State.WELL.said)) {
                double[] now = table.rounds(state, Outcome::p99);
                double[] well = table.rounds(State.WELL.said, Outcome::p99);
                Spread more = Spread.ofDifferences(now, well);
                Report.add(Row.value(
                        Topic.WAITING,
                        "p99 of a POP3 login, more than with the agent well; " + state + "; " + way,
                        "ms",
                        new Spread(more.median() / 1e3, more.min() / 1e3, more.max() / 1e3),
                        way.equals(LoginWay.NONE) || state.endsWith(REFUSED) ? Goal.none() : Goal.atMost(5),
                        "how long the script or Dovecot waits for an answer"));
            }
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
            String row = state.said + (refused ? REFUSED : "");
            outcomes.computeIfAbsent(dovecot.way().name(), way -> new LinkedHashMap<>())
                    .computeIfAbsent(row, key -> new ArrayList<>())
                    .add(outcome);
        }
    }
}
