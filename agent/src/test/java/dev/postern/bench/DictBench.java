package dev.postern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.AgentProcess;
import dev.postern.testing.Await;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.DovecotServer;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
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
    private static final String DOVECOT = "dovecot's dict server, mysql on a Unix socket, a process a client";

    private TestDatabase database;
    private Path directory;
    private AgentProcess agent;
    private OwnDovecot dovecot;
    private DictStub stub;

    @BeforeAll
    void start(TestDatabase database, @TempDir Path directory) throws Exception {
        DovecotServer.require();
        this.database = database;
        this.directory = directory;
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        rows();
        stub = new DictStub(stub());
        AgentConfigFile files = AgentConfigFile.in(
                Files.createDirectory(directory.resolve("agent")),
                directory.resolve("lookup"),
                database,
                "[dict]\nsocket = \"" + postern() + "\"\n");
        agent = AgentProcess.start(files.file());
        dovecot = OwnDovecot.start(directory.resolve("dovecot"), dictServer(), () -> Files.exists(dovecotsSocket()));
    }

    @AfterAll
    void stop() throws IOException {
        dovecot.close();
        agent.close();
        stub.close();
    }

    @Test
    void oneAtATime() throws Exception {
        compare(1, 1, 2_000, 2_000);
    }

    @Test
    void sixteenInFlight() throws Exception {
        compare(1, 16, 20_000, 2_000);
    }

    @Test
    void twoHundredInFlight() throws Exception {
        compare(1, 200, 50_000, 2_000);
    }

    @Test
    void fiftyConnections() throws Exception {
        compare(50, 1, 50_000, 10_000);
    }

    private void compare(int connections, int depth, int ourCommits, int theirCommits) throws Exception {
        String load = ", " + connections + " connection(s), " + depth + " in flight each";
        for (DictTransaction transaction : List.of(DictTransaction.figures(), DictTransaction.increments())) {
            List<String> our = users("postern", transaction);
            List<String> their = users("dovecot", transaction);
            long ourSum = sumOfMessages("postern", transaction);
            long theirSum = sumOfMessages("dovecot", transaction);
            try (DictClient nobodys = new DictClient(stub(), DICT, connections, depth);
                    DictClient ours = new DictClient(postern(), DICT, connections, depth);
                    DictClient theirs = new DictClient(dovecotsSocket(), DICT, connections, depth)) {
                new Rounds(ROUNDS)
                        .timed("a server that only answers", () -> nobodys.commit(transaction, our, ourCommits))
                        .timed("postern", () -> ours.commit(transaction, our, ourCommits))
                        .timed(DOVECOT, () -> theirs.commit(transaction, their, theirCommits))
                        .run("dict commits/s, " + transaction.name() + load);
            }
            if (transaction.adds()) {
                awaitSum("postern", transaction, ourSum + (ROUNDS + 1L) * ourCommits);
                awaitSum("dovecot", transaction, theirSum + (ROUNDS + 1L) * theirCommits);
            }
        }
        assertThat(dovecot.log().lines().filter(line -> line.contains("Error:")))
                .isEmpty();
    }

    /** Each increment added one message. */
    private void awaitSum(String side, DictTransaction transaction, long sum) {
        Await.until(
                () -> sumOfMessages(side, transaction) == sum,
                Duration.ofSeconds(10),
                () -> side + ": " + sumOfMessages(side, transaction) + " in place of " + sum);
    }

    private long sumOfMessages(String side, DictTransaction transaction) {
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

    private Path postern() {
        return directory.resolve("dict.sock");
    }

    private Path dovecotsSocket() {
        return directory.resolve("dovecot/run/dict");
    }

    private static String domain(String side, DictTransaction transaction) {
        return "@" + side + (transaction.adds() ? "-adds" : "-sets") + ".example";
    }

    private static List<String> users(String side, DictTransaction transaction) {
        return IntStream.range(0, MAILBOXES)
                .mapToObj(i -> "user" + i + domain(side, transaction))
                .toList();
    }

    private void rows() {
        for (DictTransaction transaction : List.of(DictTransaction.figures(), DictTransaction.increments())) {
            for (String side : List.of("postern", "dovecot")) {
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
