package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.Await;
import dev.postern.testing.LocalDatabaseServer;
import dev.postern.testing.Peers;
import dev.postern.testing.Seeded;
import dev.postern.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that was acknowledged is in the table, each increment once, and no login moves back; although the agent is killed
 * again and again at full load, MariaDB is restarted, frozen and killed, and sometimes both at once.
 */
class CrashIT {

    private static final int KILLS = Integer.getInteger("postern.crash.kills", 6);
    private static final int MAILBOXES = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Random random = Seeded.random();
    private final Map<String, Truth> mailboxes = new LinkedHashMap<>();
    private final Map<String, String> lastLogins = new HashMap<>();
    private LocalDatabaseServer server;
    private TestDatabase database;
    private AgentConfigFile files;
    private Calamities calamities;
    private Talkers talkers;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        if (!LocalDatabaseServer.isThere()) {
            Peers.missing("a database server to kill");
        }
        server = LocalDatabaseServer.start();
        database = TestDatabase.on(server, "mail");
        StringBuilder insert = new StringBuilder("INSERT INTO user (email, bytes, messages) VALUES ");
        for (int i = 0; i < MAILBOXES; i++) {
            String user = "user" + i + "@example.org";
            mailboxes.put(user, new Truth(user));
            insert.append(i == 0 ? "" : ", ").append("('").append(user).append("', 0, 0)");
        }
        database.execute("DELETE FROM user", insert.toString());
        Files.createDirectories(directory.resolve("journal"));
        files = AgentConfigFile.in(directory, directory.resolve("lookup"), database, """
                [dict]
                socket = "%1$s/dict.sock"
                [journal]
                directory = "%1$s/journal"
                [limits]
                mysql_timeout = "1s"
                """.formatted(directory));
        talkers = new Talkers(files, directory.resolve("dict.sock"), mailboxes.values(), random);
        calamities = new Calamities(files.file(), server, random);
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            talkers.close();
            calamities.close();
            server.close();
        }
    }

    @Test
    void whatWasAcknowledgedIsInTheTableOnce() throws Exception {
        long begin = System.nanoTime();
        talkers.start();
        while (calamities.kills() < KILLS) {
            calamities.next();
            noLoginHasMovedBack();
        }
        talkers.finish();
        Await.until(() -> complaints().isEmpty(), PATIENCE, () -> complaints() + "\n" + calamities.agentLog());
        Await.until(() -> spooled().isEmpty(), PATIENCE, () -> "left in the spool: " + spooled());
        noLoginHasMovedBack();
        nothingComesAgain();
        System.out.printf(
                "CrashIT: %d told, %d acknowledged, %s, %d s%n",
                talkers.told(), talkers.taken(), calamities, (System.nanoTime() - begin) / 1_000_000_000);
    }

    /** Neither when the agent stops nor when it starts again. */
    private void nothingComesAgain() {
        List<Map<String, Object>> rows = rows();
        assertThat(calamities.stopAgent()).isZero();
        assertThat(Files.exists(files.events())).isFalse();
        assertThat(rows()).isEqualTo(rows);
        calamities.startAgent();
        assertThat(calamities.stopAgent()).isZero();
        assertThat(rows()).isEqualTo(rows);
    }

    private List<String> complaints() {
        return rows().stream()
                .map(row -> mailboxes.get((String) row.get("email")).complaint(row))
                .filter(Objects::nonNull)
                .limit(5)
                .toList();
    }

    private void noLoginHasMovedBack() {
        for (Map<String, Object> row : rows()) {
            String now = (String) row.get("lasttime");
            String before = now == null ? null : lastLogins.put((String) row.get("email"), now);
            assertThat(before == null || before.compareTo(now) <= 0)
                    .as("%s after %s", row, before)
                    .isTrue();
        }
    }

    private List<Map<String, Object>> rows() {
        return database.query("SELECT " + Truth.COLUMNS + " FROM user ORDER BY id");
    }

    private List<Path> spooled() {
        try (Stream<Path> spool = Files.list(files.spool())) {
            return spool.toList();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
