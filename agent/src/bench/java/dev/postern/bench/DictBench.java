package dev.postern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.Await;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.DovecotServer;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
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
 * Postern's dict socket beside Dovecot's own dict server with its MySQL driver, in one interleaved run. Each commits to
 * rows of its own in one table, so that neither waits for the other's locks.
 */
@ExtendWith(DatabaseExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DictBench {

    private static final int MAILBOXES = 20_000;
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);
    private static final String DICT = "quota";

    /** As shipped; the answer may come from the journal or from MySQL, whichever is sooner. */
    private static final String OURS = "postern";

    private static final String WITHOUT = "postern without a journal";
    private static final String STUB = "a server that only answers";
    private static final String DOVECOT = "dovecot's dict server, mysql on a Unix socket, a process a client";
    private static final Map<String, String> LABELS = Map.of(OURS, "postern", WITHOUT, "without", DOVECOT, "dovecot");

    private TestDatabase database;
    private Path directory;
    private final List<BenchAgent> agents = new ArrayList<>();
    private BenchDovecot dovecot;
    private DictStub stub;

    @BeforeAll
    void start(TestDatabase database, @TempDir Path directory) throws Exception {
        DovecotServer.require();
        this.database = database;
        this.directory = directory;
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        rows();
        stub = new DictStub(stub());
        agent(OURS, "[journal]\ndirectory = \"" + Files.createDirectory(directory.resolve("journal")) + "\"\n");
        agent(WITHOUT, "");
        dovecot = BenchDovecot.start(directory.resolve("dovecot"), dictServer(), () -> Files.exists(dovecotsSocket()));
    }

    private void agent(String name, String more) throws IOException {
        Path own = Files.createDirectory(directory.resolve(LABELS.get(name)));
        String dict = "[dict]\nsocket = \"" + socket(name) + "\"\n";
        AgentConfigFile files = AgentConfigFile.in(own, own.resolve("lookup"), database, dict + more);
        agents.add(BenchAgent.start("dict-" + LABELS.get(name), files.file()));
    }

    @AfterAll
    void stop() throws IOException {
        dovecot.close();
        agents.forEach(BenchAgent::close);
        stub.close();
    }

    @Test
    void oneAtATime() throws Exception {
        for (DictWorkload transaction : DictWorkload.BOTH) {
            RoundsTable table = compare(transaction, 1, 1, 2_000, 2_000);
            BenchReport.add(ReportRow.ratio(
                    ReportTopic.DICT,
                    "latency of a dict commit, one at a time, " + transaction.name(),
                    DOVECOT,
                    table.medians(OURS, DOVECOT),
                    BenchGoal.atMost(1),
                    "one write to the disk and the ways there"));
        }
    }

    @Test
    void sixteenInFlight() throws Exception {
        for (DictWorkload transaction : DictWorkload.BOTH) {
            compare(transaction, 1, 16, 20_000, 2_000);
        }
    }

    @Test
    void twoHundredInFlight() throws Exception {
        for (DictWorkload transaction : DictWorkload.BOTH) {
            report("200 in flight, ", transaction, compare(transaction, 1, 200, 50_000, 2_000));
        }
    }

    @Test
    void fiftyConnections() throws Exception {
        for (DictWorkload transaction : DictWorkload.BOTH) {
            report("50 connections, ", transaction, compare(transaction, 50, 1, 50_000, 10_000));
        }
    }

    private static void report(String load, DictWorkload transaction, RoundsTable table) throws IOException {
        BenchReport.add(ReportRow.ratio(
                ReportTopic.DICT,
                "dict commits/s, " + load + transaction.name(),
                DOVECOT,
                table.rates(OURS, DOVECOT),
                BenchGoal.atLeast(10),
                "one event loop, and the client beside it: at most " + Math.round(table.rate(STUB) / 1_000)
                        + ",000/s by a server that only answers"));
    }

    private RoundsTable compare(DictWorkload transaction, int connections, int depth, int ourCommits, int theirCommits)
            throws Exception {
        Map<String, Long> expected = new LinkedHashMap<>();
        Map<String, Integer> commits = Map.of(OURS, ourCommits, WITHOUT, ourCommits, DOVECOT, theirCommits);
        InterleavedRounds rounds = new InterleavedRounds(ROUNDS);
        List<DictClient> clients = new ArrayList<>();
        try {
            DictClient nobodys = client(clients, stub(), connections, depth);
            rounds.timed(STUB, () -> nobodys.commit(transaction, users(OURS, transaction), ourCommits));
            for (String side : List.of(OURS, WITHOUT, DOVECOT)) {
                DictClient client = client(clients, socket(side), connections, depth);
                List<String> users = users(side, transaction);
                int count = commits.get(side);
                rounds.timed(side, () -> client.commit(transaction, users, count));
                expected.put(side, sumOfMessages(side, transaction) + (ROUNDS + 1L) * count);
            }
            RoundsTable table = rounds.run("dict commits/s, " + transaction.name() + ", " + connections
                    + " connection(s), " + depth + " in flight each");
            if (transaction.adds()) {
                expected.forEach((side, sum) -> awaitSum(side, transaction, sum));
            }
            assertThat(dovecot.log().lines().filter(line -> line.contains("Error:")))
                    .isEmpty();
            return table;
        } finally {
            for (DictClient client : clients) {
                client.close();
            }
        }
    }

    private static DictClient client(List<DictClient> all, Path socket, int connections, int depth) throws IOException {
        DictClient client = new DictClient(socket, DICT, connections, depth);
        all.add(client);
        return client;
    }

    /** Each increment added one message. */
    private void awaitSum(String side, DictWorkload transaction, long sum) {
        Await.until(
                () -> sumOfMessages(side, transaction) == sum,
                Duration.ofSeconds(30),
                () -> side + ": " + sumOfMessages(side, transaction) + " in place of " + sum);
    }

    private long sumOfMessages(String side, DictWorkload transaction) {
        return ((Number) database.query(
                                "SELECT SUM(messages) AS n FROM user WHERE email LIKE ?",
                                "%" + domain(side, transaction))
                        .get(0)
                        .get("n"))
                .longValue();
    }

    private Path stub() {
        return directory.resolve("stub");
    }

    private Path socket(String side) {
        return side.equals(DOVECOT) ? dovecotsSocket() : directory.resolve(LABELS.get(side) + ".sock");
    }

    private Path dovecotsSocket() {
        return directory.resolve("dovecot/run/dict");
    }

    private static String domain(String side, DictWorkload transaction) {
        return "@" + LABELS.get(side) + (transaction.adds() ? "-adds" : "-sets") + ".example";
    }

    private static List<String> users(String side, DictWorkload transaction) {
        return IntStream.range(0, MAILBOXES)
                .mapToObj(i -> "user" + i + domain(side, transaction))
                .toList();
    }

    private void rows() {
        for (DictWorkload transaction : DictWorkload.BOTH) {
            for (String side : LABELS.keySet()) {
                database.execute("INSERT INTO user (email, bytes, messages) SELECT CONCAT('user', seq, '"
                        + domain(side, transaction) + "'), 0, 0 FROM seq_0_to_" + (MAILBOXES - 1)
                        + " ORDER BY MD5(seq)");
            }
        }
        database.execute("ANALYZE TABLE user");
    }

    /** Dovecot's example for quota in a database, with our table in place of the one it proposes. */
    private String dictServer() throws IOException {
        // It sets a figure by INSERT … ON DUPLICATE KEY UPDATE, for which the table's other columns need defaults.
        database.execute("ALTER TABLE user ALTER surname SET DEFAULT '', ALTER name SET DEFAULT '',"
                + " ALTER patronym SET DEFAULT '', ALTER position SET DEFAULT ''");
        String account = "'dovecot'@'" + database.server().clientHost() + "'";
        database.execute("GRANT SELECT, INSERT, UPDATE ON user TO " + account);
        Path sql = Files.writeString(directory.resolve("dict-sql.conf"), """
                connect = host=%s dbname=%s user=dovecot password=%s
                map {
                  pattern = priv/quota/storage
                  table = user
                  username_field = email
                  value_field = bytes
                }
                map {
                  pattern = priv/quota/messages
                  table = user
                  username_field = email
                  value_field = messages
                }
                """.formatted(
                        database.socket() == null ? database.host() + " port=" + database.port() : database.socket(),
                        database.database(),
                        database.account("dovecot").password()));
        return """
                protocols =
                dict {
                  %s = mysql:%s
                }
                # Its MySQL driver blocks, so that many clients need many processes: as it is by default.
                service dict {
                  client_limit = 1
                  process_limit = 100
                  process_min_avail = 50
                  unix_listener dict {
                    mode = 0666
                  }
                }
                """.formatted(DICT, sql);
    }
}
