package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.Await;
import dev.postern.testing.LocalDatabaseServer;
import dev.postern.testing.OwnDatabaseServer;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.SeededRandom;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * SIGTERM while peers send events as fast as they can: what was acknowledged is in the table or comes back with the
 * next start, no socket file is left, and the end comes in the time that was set; however the database is.
 */
@ExtendWith(OwnDatabaseServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShutdownIT {

    /**
     * {@code drain_timeout}, and the five seconds that it takes at most beyond it; as much again for a slow machine.
     */
    private static final Duration IN_TIME = Duration.ofSeconds(2 * (3 + 5));

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** The state of the database at the moment of SIGTERM. */
    enum Database {
        UP,
        DOWN,
        FROZEN,
        /** Frozen so shortly before that nothing can have noticed. */
        FREEZING
    }

    private final Random random = SeededRandom.random();
    private LocalDatabaseServer server;
    private TestDatabase database;
    private PackagedAgent agent;
    private LoadClients talkers;

    @BeforeAll
    void startServer(LocalDatabaseServer server) {
        this.server = server;
        database = TestDatabase.on(server, "mail");
    }

    @AfterEach
    void stop() throws IOException {
        server.thaw();
        talkers.close();
        agent.close();
    }

    @ParameterizedTest
    @CsvSource({"UP, true", "UP, false", "DOWN, true", "DOWN, false", "FROZEN, true", "FROZEN, false", "FREEZING, true"
    })
    void losesNothingAndEndsInTime(Database state, boolean journal, @TempDir Path directory) throws IOException {
        ExpectedRows mailboxes = new ExpectedRows(database);
        AgentConfigFile files = config(directory, journal);
        agent = PackagedAgent.start(files.file());
        talkers = new LoadClients(files, directory.resolve("dict.sock"), mailboxes.all(), random);
        talkers.start();
        awaitLoad();
        bring(state);

        long begin = System.nanoTime();
        assertThat(agent.stop()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(IN_TIME);
        assertThat(left(directory)).as(() -> String.join("\n", agent.log())).isEmpty();

        bringBack(state);
        agent = PackagedAgent.start(files.file());
        awaitLoad();
        talkers.finish();
        Await.until(() -> mailboxes.complaints().isEmpty(), TIMEOUT, () -> mailboxes.complaints() + "\n" + agent.log());
        assertThat(agent.stop()).isZero();
        assertThat(agent.log()).last().asString().endsWith("event=stopped");
        assertThat(mailboxes.complaints()).isEmpty();
    }

    private AgentConfigFile config(Path directory, boolean journal) throws IOException {
        Files.createDirectories(directory.resolve("journal"));
        return AgentConfigFile.in(directory, directory.resolve("lookup"), database, """
                [dict]
                socket = "%1$s/dict.sock"
                [limits]
                mysql_timeout = "1s"
                drain_timeout = "3s"
                %2$s
                """.formatted(
                        directory, journal ? "[journal]\ndirectory = \"" + directory + "/journal\"" : ""));
    }

    private void awaitLoad() {
        long before = talkers.taken();
        Await.until(() -> talkers.taken() > before + 5000, TIMEOUT, () -> "no load: " + agent.log());
    }

    private void bring(Database state) {
        switch (state) {
            case UP -> {}
            case DOWN -> server.kill9();
            case FROZEN -> {
                server.freeze();
                agent.awaitLog(line -> line.contains("database down"));
            }
            case FREEZING -> server.freeze();
        }
    }

    private void bringBack(Database state) {
        switch (state) {
            case UP -> {}
            case DOWN -> server.launch();
            case FROZEN, FREEZING -> server.thaw();
        }
    }

    private static List<Path> left(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().contains(".sock") || file.endsWith("lookup"))
                    .toList();
        }
    }
}
