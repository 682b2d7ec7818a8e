package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.Await;
import dev.postern.testing.LocalDatabaseServer;
import dev.postern.testing.OwnDatabaseServer;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.TestDatabase;
import dev.postern.testing.UnixPeer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged agent while its database is wrong, empty, down or hanging: a clear line, a clear answer, nothing lost.
 */
@ExtendWith(OwnDatabaseServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadDatabaseIT {

    private static final String QUOTA = "quota\tuser=alice@example.org\tbytes=%d\tmessages=1\n";

    private LocalDatabaseServer server;
    private TestDatabase database;
    private AgentConfigFile files;
    private PackagedAgent agent;

    @BeforeAll
    void startServer(LocalDatabaseServer server) {
        this.server = server;
        database = TestDatabase.on(server, "mail");
    }

    @BeforeEach
    void fill(@TempDir Path directory) {
        database.execute("DELETE FROM user", "INSERT INTO user (email, max_messages) VALUES ('alice@example.org', 1)");
        database.execute("INSERT INTO user (email, surname, active) VALUES ('bob@example.org', 'b', 'N')");
        files = AgentConfigFile.in(
                directory,
                directory.resolve("lookup"),
                database,
                "[limits]\nmysql_timeout = \"1s\"\npending_mailboxes = 3\n");
    }

    @AfterEach
    void stopAgent() {
        if (agent != null) {
            agent.close();
        }
    }

    @Test
    void aWrongPasswordIsSaidAndNotRepeatedAndMendsItself() {
        database.execute("ALTER USER 'postern'@'localhost' IDENTIFIED BY 'another'");
        agent = PackagedAgent.start(files.file());
        agent.awaitLog(line -> line.contains("database down") && line.contains("password_file"));
        assertThat(tell(QUOTA.formatted(1))).isEqualTo("BUSY");
        assertThat(ask("quota alice@example.org")).startsWith("TEMP ");
        assertThat(ask("pop-before-smtp 192.0.2.7")).startsWith("TEMP ");
        assertThat(agent.log()).noneMatch(line -> line.contains("postern-'secret"));

        database.applyGrants();
        agent.awaitLog(line -> line.contains("database up"));
        Await.until(
                () -> tell(QUOTA.formatted(2)).equals("OK"),
                Duration.ofSeconds(20),
                () -> agent.log().toString());
        assertThat(ask("quota alice@example.org")).isEqualTo("OK 452 4.2.2 Mailbox is over quota");
        Await.until(
                () -> ask("pop-before-smtp 192.0.2.7").equals("NOTFOUND "),
                Duration.ofSeconds(20),
                () -> agent.log().toString());
    }

    @Test
    void aMissingTableNamesTheCure() {
        database.execute("RENAME TABLE postern_checkpoint TO away");
        try {
            agent = PackagedAgent.start(files.file());
            // "down", or "still down" where the first statement was not answered in time.
            agent.awaitLog(line -> line.contains("down\"") && line.contains("postern migrate"));
        } finally {
            database.execute("RENAME TABLE away TO postern_checkpoint");
        }
        agent.awaitLog(line -> line.contains("database up"));
    }

    @Test
    void whileItIsDownNothingIsPromisedAndThenAllIsWritten() {
        agent = PackagedAgent.start(files.file());
        awaitTaken(1);
        server.kill9();
        assertThat(tell(QUOTA.formatted(2))).isEqualTo("BUSY");
        agent.awaitLog(line -> line.contains("database down"));
        // Last known figures, and what came in since.
        assertThat(ask("quota alice@example.org")).startsWith("OK 452");
        assertThat(tell("login\tuser=alice@example.org\tip=192.0.2.7\n")).isEqualTo("BUSY");
        assertThat(ask("pop-before-smtp 192.0.2.7")).isEqualTo("OK OK");
        assertThat(ask("pop-before-smtp 192.0.2.8")).isEqualTo("NOTFOUND ");

        server.launch();
        Await.until(
                () -> "192.0.2.7".equals(row().get("lastip")),
                Duration.ofSeconds(20),
                () -> agent.log().toString());
        assertThat(row().get("bytes")).hasToString("2");
        awaitTaken(3);
        assertThat(agent.log().stream().filter(line -> line.contains("database down")))
                .hasSize(1);
    }

    @Test
    void whileItHangsEveryAnswerStillComes() {
        agent = PackagedAgent.start(files.file());
        awaitTaken(1);
        server.freeze();
        try {
            assertThat(tell(QUOTA.formatted(2))).isEqualTo("BUSY");
            assertThat(ask("quota alice@example.org")).startsWith("OK 452");
            assertThat(ask("quota nobody@example.org")).startsWith("TEMP ");
            assertThat(ask("pop-before-smtp 192.0.2.7")).isEqualTo("NOTFOUND ");
        } finally {
            server.thaw();
        }
        Await.until(
                () -> "2".equals(row().get("bytes").toString()),
                Duration.ofSeconds(20),
                () -> agent.log().toString());
    }

    @Test
    void aFullLedgerTakesNoMore() {
        agent = PackagedAgent.start(files.file());
        server.freeze();
        try (UnixPeer peer = UnixPeer.connect(files.events())) {
            IntStream.range(0, 10).forEach(i -> peer.send("quota\tuser=u" + i + "@example.org\tbytes=1\n"));
            for (int i = 0; i < 10; i++) {
                assertThat(peer.readLine()).isEqualTo("BUSY");
            }
        } finally {
            server.thaw();
        }
        awaitTaken(7);
    }

    @Test
    void whatWasTakenIsWrittenBeforeTheEnd() {
        agent = PackagedAgent.start(files.file());
        try (UnixPeer peer = UnixPeer.connect(files.events())) {
            peer.send("login\tuser=alice@example.org\tip=192.0.2.7\n");
            agent.stop();
            assertThat(peer.readToEnd()).isIn("OK\n", "");
        }
        assertThat(files.events()).doesNotExist();
        assertThat(files.socketmap()).doesNotExist();
    }

    /** The first answers of a busy machine may be late, and then are BUSY. */
    private void awaitTaken(int bytes) {
        Await.until(
                () -> tell(QUOTA.formatted(bytes)).equals("OK"),
                Duration.ofSeconds(20),
                () -> agent.log().toString());
    }

    private String tell(String line) {
        try (UnixPeer peer = UnixPeer.connect(files.events())) {
            return peer.send(line).readLine();
        }
    }

    private String ask(String request) {
        try (UnixPeer peer = UnixPeer.connect(files.socketmap())) {
            return peer.send(request.length() + ":" + request + ",").readNetstring();
        }
    }

    private Map<String, Object> row() {
        return database.query("SELECT lastip, bytes FROM user WHERE email = 'alice@example.org'")
                .get(0);
    }
}
