package dev.postern.bench;

import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.RealServers;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same work with a hundredth, a tenth and all of the mailboxes ({@code -Dbench.mailboxes}, 1,000,000): the same
 * number of them, from all over the table, is looked up and updated. And how soon an agent is ready for all of them.
 */
@ExtendWith(DatabaseExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrowthBench {

    private static final int MAILBOXES = Integer.getInteger("bench.mailboxes", 1_000_000);
    private static final int BUSY = MAILBOXES / 100;
    private static final int TIMES = 4;
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);

    /** Logins of the last minute, which an agent reads at its start. */
    private static final int LOGINS = 1_000;

    private final List<BenchHost> hosts = new ArrayList<>();
    private Path directory;
    private long figure;

    @BeforeAll
    void start(TestDatabase database, @TempDir Path directory) throws IOException {
        RealServers.require("postmap");
        this.directory = directory;
        for (int share = 100; share >= 1; share /= 10) {
            hosts.add(BenchHost.beside(database, MAILBOXES / share, directory));
        }
    }

    @AfterAll
    void drop() {
        hosts.forEach(BenchHost::drop);
    }

    @Test
    void costs() throws Exception {
        InterleavedRounds lookups = new InterleavedRounds(ROUNDS);
        InterleavedRounds events = new InterleavedRounds(ROUNDS);
        Map<BenchHost, BenchAgent> agents = new LinkedHashMap<>();
        try {
            for (BenchHost host : hosts) {
                agents.put(
                        host,
                        BenchAgent.start(
                                "growth-" + host.mailboxes().count(),
                                host.files().file()));
                List<String> busy = host.mailboxes().spread(BUSY);
                // Once from the database, and then from memory.
                List<String> asked = new ArrayList<>(busy);
                asked.addAll(busy);
                Path keys =
                        Postmap.keys(directory.resolve("keys" + host.mailboxes().count()), asked);
                String map = "socketmap:unix:" + host.files().socketmap() + ":quota";
                lookups.with(host.name(), () -> Postmap.ask(map, keys));
                BulkLoad pour = new BulkLoad(host.database(), host.files().events(), busy, TIMES);
                events.with(host.name(), () -> pour.once(++figure));
            }
            compare("quota lookups/s", lookups.beside(hosts.get(0).name()), "postmap; the depth of MySQL's index");
            compare("events/s into MySQL", events.beside(hosts.get(0).name()), "the depth of MySQL's indexes");
            memory(agents);
        } finally {
            agents.values().forEach(BenchAgent::close);
        }
    }

    private void compare(String what, InterleavedRounds rounds, String bound) throws Exception {
        RoundsTable table = rounds.run(what + ", " + BUSY + " of the mailboxes busy");
        String fewest = hosts.get(0).name();
        for (BenchHost host : hosts.subList(1, hosts.size())) {
            BenchReport.add(ReportRow.ratio(
                    ReportTopic.GROWTH,
                    what + " with " + host.name(),
                    fewest,
                    table.rates(host.name(), fewest),
                    BenchGoal.atLeast(0.9),
                    bound));
        }
    }

    private void memory(Map<BenchHost, BenchAgent> agents) throws IOException {
        double[] mebibytes = hosts.stream()
                .mapToDouble(host -> agents.get(host).residentMebibytes())
                .toArray();
        for (int i = 1; i < mebibytes.length; i++) {
            BenchReport.add(ReportRow.ratio(
                    ReportTopic.GROWTH,
                    "resident memory after that, with " + hosts.get(i).name(),
                    hosts.get(0).name(),
                    Comparison.of("MiB", new double[] {mebibytes[i]}, new double[] {mebibytes[0]}),
                    BenchGoal.atMost(1.1),
                    "what is pending, and the rows cached for lookups"));
        }
    }

    @Test
    void starts() throws Exception {
        BenchHost host = hosts.get(hosts.size() - 1);
        StartupMeasurement archive = new StartupMeasurement(host, "with the archive of classes", "");
        StartupMeasurement plain = new StartupMeasurement(
                host,
                "without it",
                "-XX:SharedArchiveFile=" + Path.of(System.getProperty("java.home"), "lib", "server", "classes.jsa"));
        for (int round = -1; round < ROUNDS; round++) {
            login(host);
            archive.once(round >= 0);
            plain.once(round >= 0);
        }
        archive.report(BenchGoal.atMost(1_000), BenchGoal.atMost(120));
        plain.report(BenchGoal.none(), BenchGoal.none());
    }

    private static void login(BenchHost host) {
        host.database()
                .execute("UPDATE user SET lastip = '192.0.2.7', lasttime = UTC_TIMESTAMP(6) WHERE email IN ("
                        + String.join(
                                ",",
                                IntStream.range(0, Math.min(LOGINS, BUSY))
                                        .mapToObj(i -> "'" + host.mailboxes().address(i) + "'")
                                        .toList())
                        + ")");
    }
}
