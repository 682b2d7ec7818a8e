package dev.postern.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program that runs to its end, its stdout and stderr taken as one. */
public final class TestCommand {

    private static final long LIMIT_SECONDS = 60;

    /** A program's exit code and output. */
    public record CommandResult(int status, String output) {}

    private final List<String> words;

    private TestCommand(List<String> words) {
        this.words = words;
    }

    public static TestCommand of(Object... words) {
        return new TestCommand(Stream.of(words).map(Object::toString).toList());
    }

    /** Runs it; one that does not end within a minute is killed and fails the test. */
    public CommandResult run() {
        try {
            // A file, because a daemon that the program leaves behind would keep a pipe open.
            Path output = Files.createTempFile("command", ".out");
            try {
                return run(output);
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted: " + words, e);
        }
    }

    /** Its output; any status but 0 fails the test. */
    public String output() {
        CommandResult result = run();
        if (result.status() != 0) {
            throw new IllegalStateException(words + " ended with " + result.status() + ": " + result.output());
        }
        return result.output();
    }

    private CommandResult run(Path output) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(words + " does not end: " + Files.readString(output, UTF_8));
        }
        return new CommandResult(process.exitValue(), Files.readString(output, UTF_8));
    }
}
