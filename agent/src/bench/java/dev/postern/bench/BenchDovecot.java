package dev.postern.bench;

import dev.postern.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A Dovecot of this machine with a configuration and directories of its own; several can be up at once. Needs root. */
final class BenchDovecot implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Path directory;
    private final Process master;

    private BenchDovecot(Path directory, Process master) {
        this.directory = directory;
        this.master = master;
    }

    /**
     * Starts it.
     *
     * @param directory for its files; short, because sockets are in it
     * @param configuration what is to be in dovecot.conf beside paths
     * @param ready whether it serves
     */
    static BenchDovecot start(Path directory, String configuration, BooleanSupplier ready) throws IOException {
        Files.createDirectories(directory);
        Path file = Files.writeString(directory.resolve("dovecot.conf"), """
                base_dir = %1$s/run
                state_dir = %1$s/state
                log_path = %1$s/log
                ssl = no
                """.formatted(directory) + configuration);
        Process master = new ProcessBuilder("dovecot", "-F", "-c", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("out").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(master::destroy));
        BenchDovecot dovecot = new BenchDovecot(directory, master);
        Await.until(() -> !master.isAlive() || ready.getAsBoolean(), TIMEOUT, dovecot::said);
        if (!master.isAlive()) {
            throw new AssertionError("dovecot ended: " + dovecot.said());
        }
        return dovecot;
    }

    /** What is in its base_dir. */
    Path run(String name) {
        return directory.resolve("run").resolve(name);
    }

    /** Its log so far. */
    String log() {
        try {
            Path log = directory.resolve("log");
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String said() {
        try {
            return Files.readString(directory.resolve("out")) + log();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        master.destroy();
        try {
            if (!master.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                master.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
