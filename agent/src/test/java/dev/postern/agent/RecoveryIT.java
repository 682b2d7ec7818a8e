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
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a start finds in the journal, beside a table that may have become anything meanwhile. */
@ExtendWith(OwnDatabaseServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecoveryIT {

    private static final String LOGIN = "login\tuser=alice@example.org\tip=192.0.2.%d\tservice=imap\ttime=%d\n";

    private static final long TIME = 1_795_000_000L;

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
        database.execute(
                "DELETE FROM user",
                "DELETE FROM postern_checkpoint",
                "DROP TABLE IF EXISTS user_backup, checkpoint_backup",
                "INSERT INTO user (email, bytes) VALUES ('alice@example.org', 100)");
        Files.createDirectories(directory.resolve("journal"));
        files = AgentConfigFile.in(directory, directory.resolve("lookup"), database, """
                [dict]
                socket = "%1$s/dict.sock"
                [journal]
                directory = "%1$s/journal"
                [limits]
                mysql_timeout = "1s"
                drain_timeout = "2s"
                """.formatted(directory));
        agent = PackagedAgent.start(files.file());
    }

    @AfterEach
    void stop() {
        server.thaw();
        agent.close();
    }

    @Test
    void oneRestartAfterAnotherWithoutTheDatabaseLosesNothing() {
        server.kill9();
        for (int life = 0; life < 4; life++) {
            assertThat(increment(1L << life)).isEqualTo("O1");
            assertThat(tell(LOGIN.formatted(life, TIME + life))).isEqualTo("OK");
            restart(life % 2 == 0);
        }
        assertThat(increment(1000)).isEqualTo("O1");
        server.launch();
        awaitBytes(1115);
        assertThat(row()).containsEntry("lastip", "192.0.2.3").containsEntry("time", TIME + 3);
        restart(true);
        awaitBytes(1115);
    }

    @Test
    void aLoginInTheJournalMovesNothingBack() {
        server.freeze();
        assertThat(tell(LOGIN.formatted(7, TIME))).isEqualTo("OK");
        agent.kill9();
        server.thaw();
        database.execute("UPDATE user SET lastip = '198.51.100.1', lasttime = FROM_UNIXTIME(" + (TIME + 1) + ")");
        agent = PackagedAgent.start(files.file());
        assertThat(increment(1)).isEqualTo("O1");
        awaitBytes(101);
        assertThat(row()).containsEntry("lastip", "198.51.100.1").containsEntry("time", TIME + 1);
    }

    /** A power failure takes the note that it is done, which nothing waits for. */
    @Test
    void whatTheCheckpointSaysIsWrittenIsNotWrittenAgain() throws IOException {
        loseTheNoteThatItIsWritten();
        agent = PackagedAgent.start(files.file());
        assertThat(agent.log()).anyMatch(line -> line.contains("journal read") && line.contains("rows=1"));
        assertThat(increment(1000)).isEqualTo("O1");
        awaitBytes(1107);
    }

    @Test
    void withoutACheckpointWhatTheJournalHasIsWritten() throws IOException {
        loseTheNoteThatItIsWritten();
        database.execute("DELETE FROM postern_checkpoint");
        agent = PackagedAgent.start(files.file());
        awaitBytes(114);
        restart(true);
        assertThat(increment(1000)).isEqualTo("O1");
        awaitBytes(1114);
    }

    @Test
    void aDatabaseFromABackupGetsWhatTheJournalHasOnce() {
        assertThat(increment(1)).isEqualTo("O1");
        awaitBytes(101);
        database.execute(
                "CREATE TABLE user_backup AS SELECT email, bytes FROM user",
                "CREATE TABLE checkpoint_backup AS SELECT * FROM postern_checkpoint");
        assertThat(increment(10)).isEqualTo("O1");
        awaitBytes(111);
        server.freeze();
        assertThat(increment(100)).isEqualTo("O1");
        agent.kill9();
        server.thaw();
        database.execute(
                "UPDATE user u JOIN user_backup b ON b.email = u.email SET u.bytes = b.bytes",
                "DELETE FROM postern_checkpoint",
                "INSERT INTO postern_checkpoint SELECT * FROM checkpoint_backup");
        agent = PackagedAgent.start(files.file());
        awaitBytes(201);
        restart(true);
        assertThat(increment(1000)).isEqualTo("O1");
        awaitBytes(1201);
    }

    /** The database has seven bytes more than at first, the agent is dead, and its journal has them still. */
    private void loseTheNoteThatItIsWritten() throws IOException {
        server.freeze();
        assertThat(increment(7)).isEqualTo("O1");
        Path journal = directory.resolve("journal/journal");
        Path earlier = Files.copy(journal, directory.resolve("earlier"));
        server.thaw();
        awaitBytes(107);
        agent.kill9();
        Files.move(earlier, journal, StandardCopyOption.REPLACE_EXISTING);
    }

    private void restart(boolean killed) {
        if (killed) {
            agent.kill9();
        } else {
            assertThat(agent.stop()).isZero();
        }
        agent = PackagedAgent.start(files.file());
    }

    private String increment(long bytes) {
        try (UnixPeer dovecot = UnixPeer.connect(directory.resolve("dict.sock"))) {
            return dovecot.send("H3\t2\t0\t\tquota\nB1\talice@example.org\nA1\tpriv/quota/storage\t" + bytes + "\nC1\n")
                    .readLine();
        }
    }

    private String tell(String line) {
        try (UnixPeer peer = UnixPeer.connect(files.events())) {
            return peer.send(line).readLine();
        }
    }

    private void awaitBytes(long expected) {
        Await.until(
                () -> row().get("bytes").equals(expected),
                Duration.ofSeconds(40),
                () -> row() + " instead of " + expected + ": " + agent.log());
    }

    private Map<String, Object> row() {
        return database.query("SELECT bytes, lastip, TIMESTAMPDIFF(SECOND, '1970-01-01', lasttime) AS time FROM user")
                .get(0);
    }
}
