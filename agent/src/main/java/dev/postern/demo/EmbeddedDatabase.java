package dev.postern.demo;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A private MariaDB server: real accounts, no TCP. The account that runs it administrates it through its socket. */
public final class EmbeddedDatabase implements AutoCloseable {

    private static final long TIMEOUT_SECONDS = 60;

    private final Path directory;
    private final MariaDbBinaries binaries;
    private final Process server;

    private EmbeddedDatabase(Path directory, MariaDbBinaries binaries, Process server) {
        this.directory = directory;
        this.binaries = binaries;
        this.server = server;
    }

    /**
     * Starts it, on what an earlier run has left if there is something. Blocks until it answers.
     *
     * @param directory for everything of it
     * @throws EmbeddedDatabaseException when it cannot be had
     */
    public static EmbeddedDatabase start(Path directory) {
        try {
            Files.createDirectories(directory);
            refuseWhereOneRuns(directory);
            MariaDbBinaries binaries = MariaDbBinaries.find(directory);
            install(directory, binaries);
            EmbeddedDatabase database = new EmbeddedDatabase(directory, binaries, launch(directory, binaries));
            database.awaitAnswer();
            return database;
        } catch (IOException e) {
            throw new EmbeddedDatabaseException("the database cannot be started in " + directory + ": " + e, e);
        }
    }

    public Path socket() {
        return socket(directory);
    }

    /** The administrator's account; it needs no password, the socket identifies the client. */
    public String admin() {
        return user();
    }

    /** The command line client that goes with it. */
    public Path client() {
        return binaries.client();
    }

    /** Ends it in good order, or else by force. */
    @Override
    public void close() {
        server.destroy();
        try {
            if (!server.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                server.destroyForcibly();
            }
        } catch (InterruptedException e) {
            server.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** One whose {@code postern try} was killed lives on, and has the files. */
    private static void refuseWhereOneRuns(Path directory) {
        if (answers(directory)) {
            throw new EmbeddedDatabaseException("a database runs in " + directory + " already, left there by a postern"
                    + " try that was killed: kill $(cat " + directory.resolve("pid") + ")");
        }
    }

    private static void install(Path directory, MariaDbBinaries binaries) throws IOException {
        Path data = directory.resolve("data");
        if (Files.isDirectory(data.resolve("mysql"))) {
            return;
        }
        List<String> command = Stream.concat(
                        Stream.of(binaries.install().toString(), "--no-defaults"),
                        Stream.concat(
                                binaries.baseOption(),
                                Stream.of(
                                        "--datadir=" + data,
                                        "--user=" + user(),
                                        "--auth-root-authentication-method=socket",
                                        "--auth-root-socket-user=" + user(),
                                        // Whether names can be looked up here does not matter to a server without TCP.
                                        "--force",
                                        "--skip-test-db")))
                .toList();
        Process install = start(command, directory.resolve("install.log"));
        try {
            if (!install.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || install.exitValue() != 0) {
                throw new EmbeddedDatabaseException(
                        "the database cannot be set up; see " + directory.resolve("install.log"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedDatabaseException("interrupted", e);
        }
    }

    private static Process launch(Path directory, MariaDbBinaries binaries) throws IOException {
        List<String> command = Stream.concat(
                        Stream.of(binaries.server().toString(), "--no-defaults"),
                        Stream.concat(
                                binaries.baseOption(),
                                Stream.of(
                                        "--datadir=" + directory.resolve("data"),
                                        "--user=" + user(),
                                        "--socket=" + socket(directory),
                                        "--pid-file=" + directory.resolve("pid"),
                                        // Making a key for TLS takes seconds, and no client uses the network.
                                        "--skip-ssl",
                                        "--skip-networking")))
                .toList();
        return start(command, directory.resolve("log"));
    }

    private void awaitAnswer() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (!answers(directory)) {
            if (!server.isAlive() || System.nanoTime() > deadline) {
                close();
                throw new EmbeddedDatabaseException("the database does not start; see " + directory.resolve("log"));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static boolean answers(Path directory) {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return probe.connect(UnixDomainSocketAddress.of(socket(directory)));
        } catch (IOException notYet) {
            return false;
        }
    }

    private static Process start(List<String> command, Path log) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private static Path socket(Path directory) {
        return directory.resolve("s");
    }

    private static String user() {
        return System.getProperty("user.name");
    }
}
