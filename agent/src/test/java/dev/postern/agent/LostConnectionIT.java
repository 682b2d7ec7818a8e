package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.AgentProcess;
import dev.postern.testing.Await;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.DatabaseWire;
import dev.postern.testing.DatabaseWire.Fate;
import dev.postern.testing.Seeded;
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

/** Every increment counts once, although the connection to MySQL breaks at every third batch, before or after it is written. */
@Tag("database")
@ExtendWith(DatabaseExtension.class)
class LostConnectionIT {

    private static final int INCREMENTS = 60;

    private static final List<Fate> FATES =
            List.of(Fate.LOST, Fate.ANSWER_LOST, Fate.ARRIVES, Fate.ARRIVES, Fate.ARRIVES, Fate.ARRIVES);

    private final Random random = Seeded.random();
    private final Map<Fate, Integer> fates = new EnumMap<>(Fate.class);

    @Test
    void everyIncrementCountsOnce(TestDatabase database, @TempDir Path directory) throws Exception {
        database.execute("DELETE FROM user", "INSERT INTO user (email, bytes) VALUES ('joe@example.org', 0)");
        try (DatabaseWire wire = DatabaseWire.to(database, this::fate);
                AgentProcess agent = AgentProcess.start(config(directory, wire));
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
        assertThat(fates).containsKeys(Fate.values());
    }

    /** F has had no effect; O and W ("uncertain": the connection broke meanwhile) are in memory at least. */
    private static boolean isTaken(String reply) {
        assertThat(reply).matches("O1|W1\t.*|F1\t.*");
        return !reply.startsWith("F");
    }

    private Fate fate() {
        Fate fate = FATES.get(random.nextInt(FATES.size()));
        fates.merge(fate, 1, Integer::sum);
        return fate;
    }

    private static long bytes(TestDatabase database) {
        return (Long) database.query("SELECT bytes FROM user").get(0).get("bytes");
    }

    private static Path config(Path directory, DatabaseWire wire) {
        return AgentConfigFile.in(
                        directory,
                        directory.resolve("lookup"),
                        wire.database(),
                        "[dict]\nsocket = \"" + directory.resolve("dict.sock") + "\"\n")
                .file();
    }
}
