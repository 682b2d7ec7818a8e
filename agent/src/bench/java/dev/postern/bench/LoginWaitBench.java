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

    /** Without a script no login succeeds while no server answers. */
    private static final String REFUSED = ": NOBODY GETS IN";

    private enum ConnectionState {
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

        ConnectionState(String said) {
            this.said = said;
        }

        abstract void enter(LoginHosts hosts);

        abstract void leave(LoginHosts hosts);
    }

    private final Map<String, Map<String, List<Measurement>>> outcomes = new LinkedHashMap<>();

    @Test
    void logins(TestDatabase database, @TempDir Path directory) throws Exception {
        try (LoginHosts hosts = LoginHosts.start(database, directory)) {
            for (int round = -1; round < ROUNDS; round++) {
                for (ConnectionState state : ConnectionState.values()) {
                    state.enter(hosts);
                    for (Pop3Dovecot dovecot : hosts.dovecotsThat(LoginWaitBench::isAbout)) {
                        measure(dovecot, state, round >= 0);
                    }
                    state.leave(hosts);
                }
            }
        }
        for (var way : outcomes.entrySet()) {
            RoundsTable table = new RoundsTable("a POP3 login, " + way.getKey(), List.of(ConnectionState.WELL.said));
            way.getValue().forEach(table::row);
            table.print();
            report(way.getKey(), table, way.getValue().keySet());
        }
    }

    /** The agent's, and one that depends on no server, to show the spread by chance. */
    private static boolean isAbout(LoginSetup way) {
        return !List.of(LoginSetup.EXEC, LoginSetup.SEED, LoginSetup.STUB).contains(way.name());
    }

    private static void report(String way, RoundsTable table, Set<String> states) throws IOException {
        for (String state : states) {
            if (!state.equals(ConnectionState.WELL.said)) {
                double[] now = table.rounds(state, Measurement::p99);
                double[] well = table.rounds(ConnectionState.WELL.said, Measurement::p99);
                MedianRange more = MedianRange.ofDifferences(now, well);
                BenchReport.add(ReportRow.value(
                        ReportTopic.WAITING,
                        "p99 of a POP3 login, more than with the agent well; " + state + "; " + way,
                        "ms",
                        new MedianRange(more.median() / 1e3, more.min() / 1e3, more.max() / 1e3),
                        way.equals(LoginSetup.NONE) || state.endsWith(REFUSED) ? BenchGoal.none() : BenchGoal.atMost(5),
                        "how long the script or Dovecot waits for an answer"));
            }
        }
    }

    private void measure(Pop3Dovecot dovecot, ConnectionState state, boolean counted) throws IOException {
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
            Measurement outcome = Measurement.of(taken.build().toArray(), System.nanoTime() - begin);
            String row = state.said + (refused ? REFUSED : "");
            outcomes.computeIfAbsent(dovecot.way().name(), way -> new LinkedHashMap<>())
                    .computeIfAbsent(row, key -> new ArrayList<>())
                    .add(outcome);
        }
    }
}
