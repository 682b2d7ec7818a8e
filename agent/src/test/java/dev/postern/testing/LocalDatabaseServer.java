package dev.postern.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A {@code mariadbd}, or else {@code mysqld}, of this machine in a temporary directory, with a socket and a port of its
 * own.
 */
public final class LocalDatabaseServer implements DatabaseServer {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Path directory;
    private final int port;
    private Process process;

    private LocalDatabaseServer(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /** Whether this machine has one. */
    public static boolean isThere() {
        return isMariaDb() || RealServers.find("mysqld") != null;
    }

    private static boolean isMariaDb() {
        return RealServers.find("mariadbd") != null && RealServers.find("mariadb-install-db") != null;
    }

    /** Installs a database and starts it. */
    public static LocalDatabaseServer start() {
        try {
            LocalDatabaseServer server = new LocalDatabaseServer(Files.createTempDirectory("pdb"), Ports.free());
            // Dovecot's and Postfix's accounts come to the socket too.
            Files.setPosixFilePermissions(server.directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            server.install();
            server.launch();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void install() throws IOException {
        String data = "--datadir=" + directory.resolve("data");
        String user = "--user=" + System.getProperty("user.name");
        List<String> command = isMariaDb()
                ? List.of(
                        RealServers.find("mariadb-install-db").toString(),
                        "--no-defaults",
                        data,
                        user,
                        "--auth-root-authentication-method=normal",
                        "--skip-test-db")
                : List.of(RealServers.find("mysqld").toString(), "--no-defaults", "--initialize-insecure", data, user);
        Process install = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("install.log").toFile())
                .start();
        finish(install);
    }

    /** Starts the server over the same data. */
    public void launch() {
        List<String> command = new ArrayList<>(List.of(
                RealServers.find(isMariaDb() ? "mariadbd" : "mysqld").toString(),
                "--no-defaults",
                "--user=" + System.getProperty("user.name"),
                "--datadir=" + directory.resolve("data"),
                "--socket=" + socket(),
                "--pid-file=" + directory.resolve("pid"),
                "--bind-address=127.0.0.1",
                "--port=" + port,
                "--max-connections=500"));
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Await.until(() -> !process.isAlive() || answers(), TIMEOUT, this::log);
        if (!process.isAlive()) {
            throw new AssertionError("mariadbd ended: " + log());
        }
    }

    /** SIGSTOP: connections stay, nothing answers. */
    public void freeze() {
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
    }

    /** SIGKILL. */
    public void kill9() {
        process.destroyForcibly();
        finish(process);
    }

    /** SIGTERM. */
    public void stop() {
        process.destroy();
        finish(process);
    }

    public void restart() {
        stop();
        launch();
    }

    @Override
    public String host() {
        return "127.0.0.1";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Path socket() {
        return directory.resolve("s");
    }

    @Override
    public String user() {
        return "root";
    }

    @Override
    public String password() {
        return "";
    }

    @Override
    public void close() {
        process.destroyForcibly();
        finish(process);
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void signal(String name) {
        try {
            finish(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void finish(Process process) {
        try {
            if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("does not end: " + process.info().commandLine());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return (isMariaDb() ? "MariaDB" : "MySQL") + " on this machine";
    }
}
