package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.Await;
import dev.postern.testing.LocalDatabaseServer;
import dev.postern.testing.OwnDatabaseServer;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.TestDatabase;
import dev.postern.testing.UnixPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What was answered OK or O while the database was away survives the agent, and counts once. */
@ExtendWith(OwnDatabaseServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JournalIT {

    private static final String LOGIN = "login\tuser=alice@example.org\tip=192.0.2.7\tservice=imap\n";

    private LocalDatabaseServer server;
    private TestDatabase database;
    private Path directory;
    private AgentConfigFile files;
    private PackagedAgent agent;

    @BeforeAll
    void startServer(LocalDatabaseServer server) {
        this.server = server;
        database = TestDatabase.on(server, "mail");
    }

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        this.directory = directory;
        database.execute("DELETE FROM user", "INSERT INTO user (email, bytes) VALUES ('alice@example.org', 100)");
        Files.createDirectories(directory.resolve("journal"));
        files = AgentConfigFile.in(directory, directory.resolve("lookup"), database, """
                [dict]
                socket = "%1$s/dict.sock"
                [journal]
                directory = "%1$s/journal"
                [limits]
                mysql_timeout = "1s"
                """.formatted(directory));
        agent = PackagedAgent.start(files.file());
    }

    @AfterEach
    void stop() {
        server.thaw();
        agent.close();
    }

    @Test
    void answersFromTheDiskWhileTheDatabaseHangs() {
        // So that the mailbox is known: a login of an unknown one opens nothing.
        lookup("quota alice@example.org", "9:NOTFOUND ,");
        server.freeze();
        for (int i = 0; i < 20; i++) {
            assertThat(commit("A1\tpriv/quota/storage\t1")).isEqualTo("O1");
            assertThat(tell(LOGIN)).isEqualTo("OK");
        }
        lookup("pop-before-smtp 192.0.2.7", "5:OK OK,");
        server.thaw();
        awaitBytes(120);
    }

    @Test
    void survivesAKillWhileTheDatabaseHangs() {
        server.freeze();
        for (int i = 0; i < 20; i++) {
            assertThat(commit("A1\tpriv/quota/storage\t1")).isEqualTo("O1");
        }
        assertThat(tell(LOGIN)).isEqualTo("OK");
        agent.kill9();
        agent = PackagedAgent.start(files.file());
        assertThat(agent.log()).anyMatch(line -> line.contains("journal read") && !line.contains("rows=0"));
        assertThat(commit("A1\tpriv/quota/storage\t1000")).isEqualTo("O1");
        server.thaw();
        awaitBytes(1120);
        assertThat(database.query("SELECT lastip FROM user").get(0)).containsEntry("lastip", "192.0.2.7");
    }

    @Test
    void whatIsWrittenAlreadyIsNotWrittenAgain() {
        for (int life = 0; life < 5; life++) {
            server.freeze();
            assertThat(commit("A1\tpriv/quota/storage\t1")).isEqualTo("O1");
            server.thaw();
            long expected = 101L + life;
            awaitBytes(expected);
            agent.kill9();
            agent = PackagedAgent.start(files.file());
        }
        awaitBytes(105);
    }

    @Test
    void stopsQuicklyWhileTheDatabaseHangsAndLosesNothing() {
        server.freeze();
        assertThat(commit("A1\tpriv/quota/storage\t7")).isEqualTo("O1");
        agent.awaitLog(line -> line.contains("database down"));
        assertThat(agent.stop()).isZero();
        server.thaw();
        agent = PackagedAgent.start(files.file());
        awaitBytes(107);
    }

    @Test
    void aSecondAgentOnTheSameDirectoryIsRefused() throws IOException {
        Path other = Files.createDirectories(directory.resolve("other"));
        AgentConfigFile second = AgentConfigFile.in(
                other,
                other.resolve("lookup"),
                database,
                "[journal]\ndirectory = \"" + directory.resolve("journal") + "\"\n");
        PackagedAgent refused = PackagedAgent.launch(second.file());
        assertThat(refused.exitCode()).isEqualTo(69);
        assertThat(refused.log()).anyMatch(line -> line.contains("cannot start") && line.contains("journal.directory"));
    }

    private String commit(String operation) {
        try (UnixPeer dovecot = UnixPeer.connect(directory.resolve("dict.sock"))) {
            return dovecot.send("H3\t2\t0\t\tquota\nB1\talice@example.org\n" + operation + "\nC1\n")
                    .readLine();
        }
    }

    private String tell(String line) {
        try (UnixPeer peer = UnixPeer.connect(files.events())) {
            return peer.send(line).readLine();
        }
    }

    private void lookup(String request, String reply) {
        try (UnixPeer postfix = UnixPeer.connect(files.socketmap())) {
            postfix.send(request.length() + ":" + request + ",");
            assertThat(postfix.read(reply.length())).isEqualTo(reply);
        }
    }

    private void awaitBytes(long expected) {
        Await.until(
                () -> expected == bytes(),
                Duration.ofSeconds(20),
                () -> bytes() + " instead of " + expected + ": " + agent.log());
    }

    private long bytes() {
        return (Long) database.query("SELECT bytes FROM user").get(0).get("bytes");
    }
}
