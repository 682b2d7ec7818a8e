package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.Await;
import dev.postern.testing.DatabaseProxy;
import dev.postern.testing.DatabaseProxy.CommitFate;
import dev.postern.testing.LocalDatabaseServer;
import dev.postern.testing.OwnDatabaseServer;
import dev.postern.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever keeps the packaged agent from writing: everything is accepted meanwhile, the log reports once what is wrong
 * and once that it is over, and then every increment is in the table, once, without a restart.
 */
@ExtendWith(OwnDatabaseServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseAwayIT {

    private LocalDatabaseServer server;
    private TestDatabase database;
    private DatabaseSessions sessions;
    private Path directory;
    private JournalingAgent agent;

    @BeforeAll
    void startServer(LocalDatabaseServer server) {
        this.server = server;
        database = TestDatabase.on(server, "mail");
        sessions = new DatabaseSessions(database);
    }

    @BeforeEach
    void start(@TempDir Path directory) {
        this.directory = directory;
        database.execute("DELETE FROM user");
        for (String user : List.of("alice", "bob", "carol")) {
            database.execute("INSERT INTO user (email, bytes) VALUES ('" + user + "@example.org', 100)");
        }
        database.execute("UPDATE user SET max_bytes = 100 WHERE email = 'carol@example.org'");
        agent = JournalingAgent.start(directory, database, database.port(), "3s");
    }

    @AfterEach
    void stop() {
        server.thaw();
        agent.close();
    }

    @Test
    void isKilledAndStartedAgain() {
        server.kill9();
        agent.acceptUntilDown("cannot connect");
        server.launch();
        agent.verify();
    }

    @Test
    void isRestarted() {
        for (int i = 0; i < 2; i++) {
            agent.accept();
            server.restart();
            agent.accept();
        }
        agent.awaitWritten();
    }

    @Test
    void hangs() {
        server.freeze();
        agent.acceptUntilDown("no answer within mysql_timeout");
        server.thaw();
        agent.verify();
    }

    @Test
    void hangsWithNothingToWrite() {
        server.freeze();
        agent.awaitDown("no answer within mysql_timeout");
        server.thaw();
        agent.verify();
    }

    @Test
    void isReadOnly() {
        database.execute("SET GLOBAL read_only = 1");
        try {
            agent.acceptUntilDown("is this the primary?");
        } finally {
            database.execute("SET GLOBAL read_only = 0");
        }
        agent.verify();
    }

    @Test
    void hasNoConnectionLeft() throws SQLException {
        database.execute("SET GLOBAL max_connections = 20");
        List<Connection> others = new ArrayList<>();
        try {
            sessions.takeAllInPlaceOfUs(others, "postfix");
            agent.acceptUntilDown("max_connections");
        } finally {
            for (Connection other : others) {
                other.close();
            }
            database.execute("SET GLOBAL max_connections = 500");
        }
        agent.verify();
    }

    @Test
    void hasNoConnectionLeftForThisAccount() throws SQLException {
        database.execute("ALTER USER 'postern'@'localhost' WITH MAX_USER_CONNECTIONS 3");
        List<Connection> others = new ArrayList<>();
        try {
            sessions.takeAllInPlaceOfUs(others, "postern");
            agent.acceptUntilDown("the agent needs three connections");
        } finally {
            for (Connection other : others) {
                other.close();
            }
            database.execute("ALTER USER 'postern'@'localhost' WITH MAX_USER_CONNECTIONS 0");
        }
        agent.verify();
    }

    @Test
    void hasARowLockedByAnotherAndOurConnectionKilledMeanwhile() throws SQLException {
        try (Connection other = database.connect()) {
            DatabaseSessions.lock(other, "alice");
            agent.acceptUntilDown("another session has locked");
            Await.until(sessions::isOneWaitingForALock, Duration.ofSeconds(30), agent::log);
            sessions.killOurs();
            agent.accept();
            other.rollback();
        }
        agent.verify();
    }

    @Test
    void breaksADeadlockAtOurCost() throws SQLException {
        agent.restart("10s");
        agent.accept();
        long before = sessions.deadlocks();
        try (Connection other = database.connect()) {
            DatabaseSessions.lock(other, "bob");
            // The one that has written less is the one that InnoDB gives up.
            other.createStatement().execute("INSERT INTO domain (domain) SELECT CONCAT('d', seq) FROM seq_1_to_1000");
            agent.acceptTogether("alice", "bob");
            Await.until(sessions::isOneWaitingForALock, Duration.ofSeconds(30), agent::log);
            other.createStatement().execute("UPDATE user SET messages = 1 WHERE email = 'alice@example.org'");
            other.rollback();
        }
        agent.awaitWritten();
        assertThat(sessions.deadlocks()).isGreaterThan(before);
        assertThat(agent.downs()).isEmpty();
    }

    @Test
    void hasItsTableLocked() throws SQLException {
        locked("LOCK TABLES user WRITE");
    }

    @Test
    void isLockedForABackup() throws SQLException {
        locked("FLUSH TABLES WITH READ LOCK");
    }

    @Test
    void changesThePasswordAndChangesItBack() {
        database.execute("ALTER USER 'postern'@'localhost' IDENTIFIED BY 'another'");
        sessions.killOurs();
        agent.acceptUntilDown("password_file");
        database.applyGrants();
        agent.verify();
    }

    @Test
    void changesThePasswordAndThenTheFileHasIt() throws Exception {
        database.execute("ALTER USER 'postern'@'localhost' IDENTIFIED BY 'another'");
        try {
            sessions.killOurs();
            agent.acceptUntilDown("password_file");
            Files.writeString(directory.resolve("mysql.password"), "another\n");
            agent.verify();
        } finally {
            database.applyGrants();
        }
    }

    @Test
    void refusesOneRow() {
        database.execute("INSERT INTO user (email, bytes) VALUES ('dave@example.org', 100)");
        refuse("NEW.email = 'dave@example.org'");
        try {
            agent.acceptInVain("dave");
            agent.accept();
            agent.awaitWritten();
        } finally {
            database.execute("DROP TRIGGER refuses");
        }
        assertThat(agent.log())
                .containsOnlyOnce("row refused by the database")
                .contains("dave@example.org bytes_increment=1");
        assertThat(agent.downs()).isEmpty();
    }

    @Test
    void refusesEveryRow() {
        refuse("TRUE");
        try {
            agent.acceptUntilDown("every row is refused: no (error 1644)");
        } finally {
            database.execute("DROP TRIGGER refuses");
        }
        agent.verify();
        assertThat(agent.log()).doesNotContain("row refused by the database");
    }

    /**
     * The COMMIT is sent and not executed when we give up; it is executed when the server goes on, and must not be
     * repeated.
     */
    @Test
    void hangsJustWhenABatchIsToBeCommitted() {
        AtomicBoolean armed = new AtomicBoolean();
        try (DatabaseProxy proxy = DatabaseProxy.to(database, () -> {
            if (armed.compareAndSet(true, false)) {
                server.freeze();
            }
            return CommitFate.ARRIVES;
        })) {
            agent.restart(proxy.port());
            armed.set(true);
            agent.acceptUntilDown("no answer within mysql_timeout");
            assertThat(armed).isFalse();
            server.thaw();
            agent.verify();
        }
    }

    private void refuse(String condition) {
        database.execute("CREATE TRIGGER refuses BEFORE UPDATE ON user FOR EACH ROW BEGIN IF " + condition
                + " THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'; END IF; END");
    }

    private void locked(String statement) throws SQLException {
        // So that the server gives up waiting before the agent does, and can report for what.
        try (Connection other = database.connect()) {
            other.createStatement().execute(statement);
            agent.acceptUntilDown("another session has locked");
            for (int i = 0; i < 20; i++) {
                agent.accept();
                // A statement that waits for ever would keep its connection at the server, for each try of ours one
                // more.
                assertThat(sessions.ours(List.of())).hasSizeLessThanOrEqualTo(4);
            }
            other.createStatement().execute("UNLOCK TABLES");
        }
        agent.verify();
    }
}
