package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.Await;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.DatabaseProxy;
import dev.postern.testing.DatabaseProxy.CommitFate;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.SeededRandom;
import dev.postern.testing.TestDatabase;
import dev.postern.testing.UnixPeer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every increment counts once, although the connection to MySQL breaks at every third batch, before or after it is
 * written.
 */
@Tag("database")
@ExtendWith(DatabaseExtension.class)
class LostConnectionIT {

    private static final int INCREMENTS = 60;

    private static final List<CommitFate> FATES = List.of(
            CommitFate.LOST,
            CommitFate.ANSWER_LOST,
            CommitFate.ARRIVES,
            CommitFate.ARRIVES,
            CommitFate.ARRIVES,
            CommitFate.ARRIVES);

    private final Random random = SeededRandom.random();
    private final Map<CommitFate, Integer> fates = new EnumMap<>(CommitFate.class);

    @Test
    void everyIncrementCountsOnce(TestDatabase database, @TempDir Path directory) throws Exception {
        database.execute("DELETE FROM user", "INSERT INTO user (email, bytes) VALUES ('joe@example.org', 0)");
        try (DatabaseProxy proxy = DatabaseProxy.to(database, this::fate);
                PackagedAgent agent = PackagedAgent.start(config(directory, proxy));
                UnixPeer dovecot = UnixPeer.connect(directory.resolve("dict.sock"))) {
            dovecot.send("H3\t2\t0\t\tquota\n");
            long counted = 0;
            for (int i = 0; i < INCREMENTS; i++) {
                String increment = "B1\tjoe@example.org\nA1\tpriv/quota/storage\t" + (1L << (i % 30)) + "\nC1\n";
                Await.until(
                        () -> isTaken(dovecot.send(increment).readLine()),
                        Duration.ofSeconds(20),
                        () -> "never taken: " + agent.log());
                counted += 1L << (i % 30);
            }
            long expected = counted;
            Await.until(
                    () -> bytes(database) == expected,
                    Duration.ofSeconds(20),
                    () -> bytes(database) + " instead of " + expected + ": " + agent.log());
        }
        assertThat(fates).containsKeys(CommitFate.values());
    }

    /** F has had no effect; O and W ("uncertain": the connection broke meanwhile) are in memory at least. */
    private static boolean isTaken(String reply) {
        assertThat(reply).matches("O1|W1\t.*|F1\t.*");
        return !reply.startsWith("F");
    }

    private CommitFate fate() {
        CommitFate fate = FATES.get(random.nextInt(FATES.size()));
        fates.merge(fate, 1, Integer::sum);
        return fate;
    }

    private static long bytes(TestDatabase database) {
        return (Long) database.query("SELECT bytes FROM user").get(0).get("bytes");
    }

    private static Path config(Path directory, DatabaseProxy proxy) {
        return AgentConfigFile.in(
                        directory,
                        directory.resolve("lookup"),
                        proxy.database(),
                        "[dict]\nsocket = \"" + directory.resolve("dict.sock") + "\"\n")
                .file();
    }
}
