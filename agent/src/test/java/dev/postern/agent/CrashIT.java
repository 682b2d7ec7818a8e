package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.Await;
import dev.postern.testing.LocalDatabaseServer;
import dev.postern.testing.OwnDatabaseServer;
import dev.postern.testing.SeededRandom;
import dev.postern.testing.SpoolFiles;
import dev.postern.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that was acknowledged is in the table, each increment once, and no login moves back; although the agent is
 * killed again and again at full load, MariaDB is restarted, frozen and killed, and sometimes both at once.
 */
@ExtendWith(OwnDatabaseServer.class)
class CrashIT {

    private static final int KILLS = Integer.getInteger("postern.crash.kills", 6);
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private final Random random = SeededRandom.random();
    private ExpectedRows mailboxes;
    private AgentConfigFile files;
    private FaultInjector faults;
    private LoadClients talkers;

    @BeforeEach
    void start(LocalDatabaseServer server, @TempDir Path directory) throws Exception {
        TestDatabase database = TestDatabase.on(server, "mail");
        mailboxes = new ExpectedRows(database);
        Files.createDirectories(directory.resolve("journal"));
        files = AgentConfigFile.in(directory, directory.resolve("lookup"), database, """
                [dict]
                socket = "%1$s/dict.sock"
                [journal]
                directory = "%1$s/journal"
                [limits]
                mysql_timeout = "1s"
                """.formatted(directory));
        talkers = new LoadClients(files, directory.resolve("dict.sock"), mailboxes.all(), random);
        faults = new FaultInjector(files.file(), server, random);
    }

    @AfterEach
    void stop() throws Exception {
        talkers.close();
        faults.close();
    }

    @Test
    void whatWasAcknowledgedIsInTheTableOnce() throws Exception {
        long begin = System.nanoTime();
        talkers.start();
        while (faults.kills() < KILLS) {
            faults.next();
            mailboxes.noLoginHasMovedBack();
        }
        talkers.finish();
        Await.until(
                () -> mailboxes.complaints().isEmpty(),
                TIMEOUT,
                () -> mailboxes.complaints() + "\n" + faults.agentLog());
        Await.until(() -> spooled().isEmpty(), TIMEOUT, () -> "left in the spool: " + spooled());
        mailboxes.noLoginHasMovedBack();
        nothingComesAgain();
        System.out.printf(
                "CrashIT: %d told, %d acknowledged, %s, %d s%n",
                talkers.sent(), talkers.taken(), faults, (System.nanoTime() - begin) / 1_000_000_000);
    }

    /** Neither when the agent stops nor when it starts again. */
    private void nothingComesAgain() {
        List<Map<String, Object>> rows = mailboxes.rows();
        assertThat(faults.stopAgent()).isZero();
        assertThat(Files.exists(files.events())).isFalse();
        assertThat(mailboxes.rows()).isEqualTo(rows);
        faults.startAgent();
        assertThat(faults.stopAgent()).isZero();
        assertThat(mailboxes.rows()).isEqualTo(rows);
    }

    private List<Path> spooled() {
        return SpoolFiles.in(files.spool());
    }
}
