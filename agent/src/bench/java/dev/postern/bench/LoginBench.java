package dev.postern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** POP3 logins a second on a real Dovecot 2.3 for each way to report them. */
@ExtendWith(DatabaseExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoginBench {

    private static final int LOGINS = 400;
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);

    private final AtomicInteger next = new AtomicInteger();
    private LoginHosts hosts;

    @BeforeAll
    void start(TestDatabase database, @TempDir Path directory) throws Exception {
        hosts = LoginHosts.start(database, directory);
    }

    @AfterAll
    void stop() throws IOException {
        hosts.close();
    }

    @Test
    void fourClients() throws Exception {
        rounds(4);
    }

    @Test
    void sixteenClients() throws Exception {
        rounds(16);
    }

    private void rounds(int clients) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            InterleavedRounds rounds = new InterleavedRounds(ROUNDS);
            for (Pop3Dovecot dovecot : hosts.dovecots()) {
                rounds.timed(dovecot.way().name(), () -> logins(dovecot, threads, clients));
            }
            rounds.beside(LoginHosts.NONE.name()).beside(LoginSetup.EXEC).beside(LoginSetup.SEED);
            report(clients, rounds.run("POP3 logins/s, " + clients + " clients at once"));
        } finally {
            threads.shutdown();
        }
        for (Pop3Dovecot dovecot : hosts.dovecots()) {
            assertThat(dovecot.log().lines().filter(line -> line.contains("Error:")))
                    .isEmpty();
            hosts.awaitTold(dovecot.way());
        }
    }

    private void report(int clients, RoundsTable table) throws IOException {
        for (Pop3Dovecot dovecot : hosts.dovecots()) {
            LoginSetup way = dovecot.way();
            for (var goal : way.goals().entrySet()) {
                BenchReport.add(ReportRow.ratio(
                        ReportTopic.LOGINS,
                        "POP3 logins/s, " + clients + " at once: " + way.name(),
                        goal.getKey(),
                        table.rates(way.name(), goal.getKey()),
                        BenchGoal.atLeast(goal.getValue()),
                        "Dovecot: a process a session, for a script two more; with a plugin and a dict server"
                                + " that only answers "
                                + Math.round(100 * table.rate(LoginSetup.STUB) / table.rate(LoginSetup.NONE)) + " %"));
            }
        }
    }

    private long[] logins(Pop3Dovecot dovecot, ExecutorService threads, int clients) throws Exception {
        Callable<long[]> client = () -> {
            long[] nanos = new long[LOGINS / clients];
            for (int i = 0; i < nanos.length; i++) {
                nanos[i] = dovecot.login(next.getAndIncrement() % LoginHosts.USERS);
                assertThat(nanos[i]).isPositive();
            }
            return nanos;
        };
        LongStream all = LongStream.empty();
        for (var done : threads.invokeAll(
                IntStream.range(0, clients).mapToObj(i -> client).toList())) {
            all = LongStream.concat(all, LongStream.of(done.get()));
        }
        return all.toArray();
    }
}
