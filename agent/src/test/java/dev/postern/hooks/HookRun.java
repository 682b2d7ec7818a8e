package dev.postern.hooks;

import dev.postern.testing.Await;
import dev.postern.testing.RealServers;
import dev.postern.testing.TestCommand;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs the shipped scripts under a shell of choice, with a socket, a spool and nothing else of their own. */
final class HookRun {

    /** A script's exit code and output. */
    record HookResult(int status, String output, String errors) {}

    static final Path SCRIPTS = TestDatabase.schema().resolveSibling("hook-scripts");

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final Path directory;

    HookRun(Path directory) {
        RealServers.require("dash", "busybox", "nc.openbsd", "timeout");
        this.directory = directory;
        TestCommand.of("mkdir", "-p", spool()).output();
    }

    /** The shells that the scripts are written for, as the beginnings of command lines. */
    static Stream<List<String>> shells() {
        return Stream.of(List.of("dash"), List.of("busybox", "sh"));
    }

    Path socket() {
        return directory.resolve("e");
    }

    Path spool() {
        return directory.resolve("spool");
    }

    Map<String, String> environment() {
        return Map.of("POSTERN_EVENTS_SOCKET", socket().toString(), "POSTERN_SPOOL", spool().toString());
    }

    /** What script-login gives, as far as it matters, and where our socket and spool are. */
    Map<String, String> login() {
        return with(with(environment(), "USER", "alice@example.org"), "IP", "192.0.2.7");
    }

    static Map<String, String> with(Map<String, String> environment, String name, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(name, value);
        return more;
    }

    /** Runs a script to its end. */
    HookResult run(List<String> shell, String script, Map<String, String> environment, String... arguments) {
        return end(start(List.of(), shell, script, environment, arguments));
    }

    /** Starts a script behind other commands, which are to execute what follows them. */
    Process start(
            List<String> before, List<String> shell, String script, Map<String, String> environment, String... more) {
        List<String> command = new ArrayList<>(before);
        command.add(RealServers.find(shell.get(0)).toString());
        command.addAll(shell.subList(1, shell.size()));
        command.add(SCRIPTS.resolve(script).toString());
        command.addAll(Arrays.asList(more));
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().clear();
            builder.environment().putAll(environment);
            return builder.redirectError(directory.resolve("errors").toFile()).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HookResult end(Process process) {
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new HookResult(process.waitFor(), output, errors());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    String errors() {
        try {
            return Files.readString(directory.resolve("errors"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An executable of the test's own, to be found under this name. */
    Path program(String name, String script) {
        try {
            Path file = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + script);
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitSpooled(String... lines) {
        await(() -> spooled().equals(List.of(lines)), () -> spooled() + errors());
    }

    void awaitSpooledFiles(int count) {
        await(() -> spooled().size() == count, () -> spooled() + errors());
    }

    static void await(java.util.function.BooleanSupplier holds, java.util.function.Supplier<String> otherwise) {
        Await.until(holds, TIMEOUT, otherwise);
    }

    /** The lines of all files in the spool. */
    List<String> spooled() {
        try (var files = Files.list(spool())) {
            List<String> lines = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                lines.addAll(Files.readAllLines(file));
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of all files in the spool. */
    List<String> spooledFiles() {
        try (var files = Files.list(spool())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A fresh spool, and no socket. */
    void clear() {
        TestCommand.of("sh", "-c", "rm -f " + spool() + "/* " + socket()).output();
    }

    /** Command lines of processes that were given our socket and still run: the scripts' helpers. */
    List<String> helpers() {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains(socket().toString()))
                .toList();
    }

    /** Processes that have this file open. */
    static List<String> holders(Path file) {
        return TestCommand.of("sh", "-c", "find /proc/[0-9]*/fd -lname " + file + " 2>/dev/null; true")
                .output()
                .lines()
                .toList();
    }
}
