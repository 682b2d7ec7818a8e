package dev.postern.database;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.postern.testing.SeededRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Pending changes, intake, flusher, batch writer, journal and mailbox view as they are, in worlds in which anything
 * happens: what has been acknowledged is written in the end, once, whatever fails on the way.
 *
 * <p>{@code -Dpostern.long=1000000} runs so many worlds. A failure names the seed with which its world comes first.
 */
class StateMachineTest {

    private static final int WORLDS = Integer.getInteger("postern.long", 2000);
    private static final int STEPS = 120;
    private static final int LINES = 60;

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.postern");
    private final Level level = logger.getLevel();
    private Path directory;

    @BeforeEach
    void prepare() throws IOException {
        // The log of the simulated failures is of no interest.
        logger.setLevel(Level.OFF);
        // Every crash syncs a few times.
        Path memory = Path.of("/dev/shm");
        directory = Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "postern")
                : Files.createTempDirectory("postern");
    }

    @AfterEach
    void cleanUp() throws IOException {
        logger.setLevel(level);
        delete(directory);
    }

    @Test
    void nothingIsLostAndNothingCountsTwice() throws IOException {
        Random seeds = SeededRandom.random();
        for (int i = 0; i < WORLDS; i++) {
            run(i == 0 && Long.getLong("postern.seed") != null ? Long.getLong("postern.seed") : seeds.nextLong());
        }
    }

    private void run(long seed) throws IOException {
        Random random = new Random(seed);
        Path journal = Files.createDirectory(directory.resolve("journal"));
        StepTrace trace = new StepTrace();
        Simulation world = new Simulation(random, random.nextInt(4) == 0 ? null : journal, trace);
        try {
            world.run(STEPS);
        } catch (AssertionError | RuntimeException e) {
            String said = "-Dpostern.seed=" + seed + "\n" + trace.last(LINES) + "\n" + e.getMessage();
            throw new AssertionError(said, e);
        } finally {
            world.close();
        }
        delete(journal);
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
