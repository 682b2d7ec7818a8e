package dev.postern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.Await;
import dev.postern.testing.LocalDatabaseServer;
import dev.postern.testing.OwnDatabaseServer;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything at once for {@code -Dbench.minutes} (1), on a database that hangs, is killed and is restarted meanwhile:
 * no answer is wrong, the table has in the end what was accepted, and what the agent takes of the machine does not
 * grow.
 */
@ExtendWith(OwnDatabaseServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SoakBench {

    private static final Duration LENGTH = Duration.ofMinutes(Integer.getInteger("bench.minutes", 1));
    private static final int PEERS = 4;
    private static final long OUTAGE_MILLIS = 3_000;
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final Slope memory = new Slope();
    private final Slope files = new Slope();
    private final Slope threads = new Slope();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicReference<Throwable> wrong = new AtomicReference<>();

    @Test
    @Timeout(3600 * 24)
    void nothingIsLostAndNothingGrows(LocalDatabaseServer server, @TempDir Path directory) throws Exception {
        TestDatabase database = TestDatabase.on(server, "mail");
        fill(database);
        AgentConfigFile config =
                AgentConfigFile.in(directory, directory.resolve("lookup"), database, """
                [dict]
                socket = "%1$s/dict.sock"
                [journal]
                directory = "%1$s"
                """.formatted(directory));
        SoakPeers peers = new SoakPeers(directory.resolve("dict.sock"), config.events(), config.socketmap());
        try (PackagedAgent agent = PackagedAgent.start(config.file())) {
            know(peers);
            List<Thread> talking = talk(peers);
            outages(server, agent);
            for (Thread thread : talking) {
                thread.join();
            }
            assertThat(wrong.get()).isNull();
            Map<String, Long> expected = peers.expected();
            Await.until(
                    () -> sums(database).equals(expected), TIMEOUT, () -> "the table differs from what was accepted");
            report(peers.connections());
            agent.stop();
        }
    }

    private static void fill(TestDatabase database) {
        List<String> rows = new ArrayList<>(List.of("('" + SoakPeers.FULL + "', 100, 100)"));
        for (int i = 0; i < SoakPeers.MAILBOXES; i++) {
            rows.add("('" + SoakPeers.address(i) + "', 0, 0)");
        }
        database.execute("INSERT INTO user (email, bytes, max_bytes) VALUES " + String.join(",", rows));
    }

    /** What has never been asked for cannot be answered during an outage. */
    private static void know(SoakPeers peers) {
        Random random = new Random(1);
        for (int i = 0; i < 50 * SoakPeers.MAILBOXES; i++) {
            peers.exchange(random);
        }
    }

    private List<Thread> talk(SoakPeers peers) {
        List<Thread> talking = new ArrayList<>();
        for (int i = 0; i < PEERS; i++) {
            Random random = new Random(i);
            Thread thread = new Thread(
                    () -> {
                        while (!over.get()) {
                            peers.exchange(random);
                        }
                    },
                    "soak-peer");
            thread.setUncaughtExceptionHandler((peer, failure) -> {
                wrong.compareAndSet(null, failure);
                over.set(true);
            });
            thread.start();
            talking.add(thread);
        }
        return talking;
    }

    /** One after the other, with as long in between; a sample at each change. */
    private void outages(LocalDatabaseServer server, PackagedAgent agent) throws Exception {
        long end = System.nanoTime() + LENGTH.toNanos();
        try {
            for (int i = 0; System.nanoTime() < end && !over.get(); i++) {
                switch (i % 3) {
                    case 0 -> server.freeze();
                    case 1 -> server.kill9();
                    default -> server.stop();
                }
                Thread.sleep(OUTAGE_MILLIS);
                sample(agent);
                if (i % 3 == 0) {
                    server.thaw();
                } else {
                    server.launch();
                }
                Thread.sleep(OUTAGE_MILLIS);
                sample(agent);
            }
        } finally {
            over.set(true);
            server.thaw();
        }
    }

    private void sample(PackagedAgent agent) throws IOException {
        memory.add(agent.residentBytes() / 1048576.0);
        files.add(agent.openFiles());
        try (var tasks = Files.list(Path.of("/proc", Long.toString(agent.pid()), "task"))) {
            threads.add((double) tasks.count());
        }
    }

    private static Map<String, Long> sums(TestDatabase database) {
        Map<String, Long> sums = new TreeMap<>();
        database.query("SELECT email, bytes FROM user WHERE bytes > 0 AND max_bytes = 0")
                .forEach(row -> sums.put(
                        row.get("email").toString(),
                        Long.parseLong(row.get("bytes").toString())));
        return sums;
    }

    private void report(long connections) throws IOException {
        String bound =
                connections + " connections in " + LENGTH.toMinutes() + " min, outages of " + OUTAGE_MILLIS + " ms";
        add("resident memory", "MiB", memory, bound);
        add("open files", "files", files, bound);
        add("threads", "threads", threads, bound);
    }

    private static void add(String what, String unit, Slope slope, String bound) throws IOException {
        BenchReport.add(ReportRow.value(ReportTopic.SOAK, what, unit, slope.spread(), BenchGoal.none(), bound));
        BenchReport.add(ReportRow.value(
                ReportTopic.SOAK,
                "growth of " + what + " an hour, over the second half",
                unit,
                MedianRange.of(new double[] {slope.perHour()}),
                BenchGoal.none(),
                bound));
    }
}
