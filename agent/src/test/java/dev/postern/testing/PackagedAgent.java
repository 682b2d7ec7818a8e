package dev.postern.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The packaged agent as a process of its own: {@code java -jar postern.jar run}, or {@code try}. */
public final class PackagedAgent implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final List<String> command;
    private final Map<String, String> environment;
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private Process process;

    private PackagedAgent(Map<String, String> environment, Object... arguments) {
        this(java(jar()), environment, arguments);
    }

    private static List<String> java(Path jar) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-XX:+ExitOnOutOfMemoryError",
                "-jar",
                jar.toString());
    }

    private PackagedAgent(List<String> program, Map<String, String> environment, Object... arguments) {
        this.environment = environment;
        this.command = Stream.concat(program.stream(), Stream.of(arguments).map(Object::toString))
                .toList();
    }

    /** Starts the agent with this configuration and waits until it reports ready. */
    public static PackagedAgent start(Path config) {
        return start(config, Map.of());
    }

    /** Likewise, with these variables in its environment besides those of the tests. */
    public static PackagedAgent start(Path config, Map<String, String> environment) {
        PackagedAgent agent = new PackagedAgent(environment, "run", "--config", config);
        agent.launch();
        agent.awaitLog(line -> line.contains("event=ready"));
        return agent;
    }

    /**
     * Likewise, as another user or elsewhere.
     *
     * @param behind a command that starts the command behind it, in its own place
     * @param jar a copy of {@link #jar} that can be read there
     */
    public static PackagedAgent start(List<String> behind, Path jar, Path config) {
        List<String> program =
                Stream.concat(behind.stream(), java(jar).stream()).toList();
        PackagedAgent agent = new PackagedAgent(program, Map.of(), "run", "--config", config);
        agent.launch();
        agent.awaitLog(line -> line.contains("event=ready"));
        return agent;
    }

    /**
     * As an installation starts it, by the shipped launcher.
     *
     * @param javaOptions more than the launcher's own
     */
    public static PackagedAgent startShipped(Path config, String javaOptions) {
        Map<String, String> environment =
                Map.of("JAVA_HOME", System.getProperty("java.home"), "POSTERN_JAVA_OPTS", javaOptions);
        PackagedAgent agent = new PackagedAgent(List.of(launcher().toString()), environment, "run", "--config", config);
        agent.launch();
        agent.awaitLog(line -> line.contains("event=ready"));
        return agent;
    }

    /** Starts the agent and waits for nothing. */
    public static PackagedAgent launch(Path config) {
        PackagedAgent agent = new PackagedAgent(Map.of(), "run", "--config", config);
        agent.launch();
        return agent;
    }

    /** Starts {@code postern try} and waits for nothing. */
    public static PackagedAgent launchDemo(Path directory) {
        PackagedAgent agent = new PackagedAgent(Map.of(), "try", "--directory", directory);
        agent.launch();
        return agent;
    }

    /** The packaged jar, as the build made it. */
    public static Path jar() {
        return Path.of(System.getProperty("postern.jar", "target/postern.jar"));
    }

    private static Path launcher() {
        return Path.of(System.getProperty("postern.root", ".."), "agent", "dist", "postern");
    }

    private void launch() {
        try {
            ProcessBuilder java = new ProcessBuilder(command);
            java.environment().keySet().removeIf(name -> name.startsWith("POSTERN_") || name.equals("JOURNAL_STREAM"));
            java.environment().putAll(environment);
            process = java.redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread reader = new Thread(this::readLog, "agent-log");
        reader.setDaemon(true);
        reader.start();
    }

    private void readLog() {
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.add(line);
            }
        } catch (IOException ended) {
            log.add("(log ended: " + ended.getMessage() + ")");
        }
    }

    public long pid() {
        return process.pid();
    }

    /** What it has logged so far. */
    public List<String> log() {
        return List.copyOf(log);
    }

    /** Waits until a line of the log fits; fails with the whole log when none does in time. */
    public void awaitLog(Predicate<String> fits) {
        Await.until(
                () -> log().stream().anyMatch(fits) || !process.isAlive(),
                TIMEOUT,
                () -> "agent log:\n" + String.join("\n", log()));
        if (log().stream().noneMatch(fits)) {
            throw new AssertionError("agent ended; log:\n" + String.join("\n", log()));
        }
    }

    /** Resident memory in bytes. */
    public long residentBytes() {
        return status("VmRSS:");
    }

    /** The most that has ever been resident. */
    public long peakResidentBytes() {
        return status("VmHWM:");
    }

    private long status(String name) {
        try {
            String line = Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status")).stream()
                    .filter(status -> status.startsWith(name))
                    .findFirst()
                    .orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Open files, sockets included. */
    public int openFiles() {
        try (var files = Files.list(Path.of("/proc", Long.toString(pid()), "fd"))) {
            return (int) files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGSTOP: the agent is there and answers nothing. */
    public void freeze() {
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
    }

    /** SIGHUP: read the configuration again. */
    public void hangUp() {
        signal("HUP");
    }

    /** SIGKILL: no farewell. */
    public void kill9() {
        process.destroyForcibly();
        exitCode();
    }

    /** SIGTERM, and waits; the exit code. */
    public int stop() {
        // Not destroy(), which closes the streams: the last log lines would be lost.
        signal("TERM");
        return exitCode();
    }

    /** Waits for the end. */
    public int exitCode() {
        try {
            if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("agent does not end; log:\n" + String.join("\n", log()));
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            process.destroyForcibly();
            exitCode();
        }
    }
}
