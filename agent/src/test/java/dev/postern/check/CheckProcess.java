package dev.postern.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A process that runs {@link RepeatedChecks} on the packaged jar, at a place of the test's choice. */
final class CheckProcess implements AutoCloseable {

    /** The exit code and output of a check. */
    record CheckResult(int exit, String out, String err) {}

    private final Process process;

    private CheckProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts it.
     *
     * @param behind a command that starts the command behind it, in its own place
     */
    static CheckProcess start(List<String> behind, Path jar, Map<String, String> environment) {
        try {
            Path tests = Path.of(RepeatedChecks.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .getPath());
            List<String> words = new ArrayList<>(behind);
            words.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx64m",
                    "-cp",
                    jar + ":" + tests,
                    RepeatedChecks.class.getName()));
            ProcessBuilder builder = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().keySet().removeIf(name -> name.startsWith("POSTERN_"));
            builder.environment().putAll(environment);
            return new CheckProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    CheckResult run(String... words) {
        try {
            process.getOutputStream().write((String.join("\t", words) + "\n").getBytes(UTF_8));
            process.getOutputStream().flush();
            return new CheckResult(Integer.parseInt(read()), read(), read());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String read() throws IOException {
        InputStream in = process.getInputStream();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int b = in.read(); b != 0; b = in.read()) {
            if (b < 0) {
                throw new AssertionError("the checks' process ended after: " + text.toString(UTF_8));
            }
            text.write(b);
        }
        return text.toString(UTF_8);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
