package dev.postern.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real Dovecot of its own, of either version, with the files of {@code dovecot/} and {@code hook-scripts/} as they
 * are, each at the path where it is installed: it runs in a mount namespace in which those paths lead into a temporary
 * directory ({@link DovecotFiles}). The database's name and the account's password are filled in. Needs root. Any
 * number may run at once, and nothing is left of one that is closed.
 */
public final class DovecotServer implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Path root;
    private final DovecotVersion version;
    private final DovecotFiles files;
    private final int imapPort = Ports.free();
    private final int pop3Port = Ports.free();
    private final int submissionPort = Ports.free();
    private final int sievePort = Ports.free();
    private final int relayPort = Ports.free();
    private Process master;

    private DovecotServer(Path root, DovecotVersion version) {
        this.root = root;
        this.version = version;
        this.files = new DovecotFiles(root, version);
    }

    /** Skips the test where no Dovecot 2.3 can run, as {@link RealServers#require} does. */
    public static void require() {
        DovecotVersion.V2_3.require();
    }

    /** Starts a 2.3. */
    public static DovecotServer start(TestDatabase database, Path postfixQueue, String... configuration) {
        return start(DovecotVersion.V2_3, database, postfixQueue, configuration);
    }

    /**
     * Starts it.
     *
     * @param postfixQueue what it finds at /var/spool/postfix
     * @param configuration names of files in {@code dovecot/2.3/} or {@code 2.4/}, the SQL file apart; of an example,
     *     its content
     */
    public static DovecotServer start(
            DovecotVersion version, TestDatabase database, Path postfixQueue, String... configuration) {
        return start(version, database, postfixQueue, DovecotHost.USED, configuration);
    }

    /** Starts it with files of the test's own besides. */
    public static DovecotServer start(
            DovecotVersion version,
            TestDatabase database,
            Path postfixQueue,
            Map<String, String> own,
            String... configuration) {
        return start(version, database, postfixQueue, DovecotHost.USED.with(own), configuration);
    }

    /** Starts it on a host with something in place. */
    public static DovecotServer start(
            DovecotVersion version,
            TestDatabase database,
            Path postfixQueue,
            DovecotHost host,
            String... configuration) {
        try {
            DovecotServer server = new DovecotServer(Files.createTempDirectory("pdv"), version);
            server.files.install(database, host, List.of(configuration), server.ports());
            server.launchOrClean(database, postfixQueue);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, Integer> ports() {
        return Map.of(
                "imap", imapPort,
                "pop3", pop3Port,
                "submission", submissionPort,
                "sieve", sievePort,
                "relay", relayPort);
    }

    public int imapPort() {
        return imapPort;
    }

    public int pop3Port() {
        return pop3Port;
    }

    public int submissionPort() {
        return submissionPort;
    }

    public int sievePort() {
        return sievePort;
    }

    /** Where submission expects the server that takes the mail. */
    public int relayPort() {
        return relayPort;
    }

    /** What is /run/postern inside. */
    public Path postern() {
        return files.postern();
    }

    /** What is /var/spool/postern inside. */
    public Path spool() {
        return files.spool();
    }

    /** What is /var/mail inside. */
    public Path mail() {
        return files.mail();
    }

    /** What is /usr/lib/postern inside. */
    public Path hooks() {
        return files.hooks();
    }

    /** What is /etc/dovecot inside. */
    public Path etc() {
        return files.etc();
    }

    /**
     * The beginning of a command of this machine's, for a program that is to see Dovecot's files, sockets and accounts
     * where Dovecot has them.
     */
    public List<String> beside() {
        return List.of(
                "nsenter",
                "-m",
                "-t",
                Long.toString(master.pid()),
                "unshare",
                "-m",
                "--propagation",
                "private",
                "sh",
                "-c",
                files.beside(),
                "sh");
    }

    /** The same for a program that runs as the agent's user. */
    public List<String> besideAsAgent() {
        return Stream.concat(
                        beside().stream(), Stream.of("setpriv", "--reuid=postern", "--regid=postern", "--init-groups"))
                .toList();
    }

    /** The number of the agent's user, and of its group. */
    public String agentId() {
        return DovecotFiles.POSTERN;
    }

    /** Where the root directory is that this Dovecot is installed in. */
    public Path installedIn() {
        return version.root();
    }

    /** Runs doveadm inside; its standard output. */
    public String doveadm(String... arguments) {
        return inside("", Stream.concat(Stream.of("doveadm"), Stream.of(arguments)));
    }

    /** Runs a command inside, as root. */
    public String run(String... arguments) {
        return inside("", Stream.of(arguments));
    }

    /** Delivers a message as Dovecot's own delivery agent does. */
    public String deliver(String user, String message) {
        return inside(message, Stream.of("/usr/lib/dovecot/dovecot-lda", "-d", user));
    }

    /** Dovecot's log so far. */
    public String log() {
        try {
            return Files.readString(files.log());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void launchOrClean(TestDatabase database, Path postfixQueue) throws IOException {
        try {
            launch(files.launch(database, postfixQueue));
        } catch (AssertionError failed) {
            close();
            throw failed;
        }
    }

    private void launch(String script) throws IOException {
        master = new ProcessBuilder("unshare", "-m", "--propagation", "private", "sh", "-c", script)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(root.resolve("out").toFile()))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(master::destroy));
        Await.until(
                () -> !master.isAlive() || (Ports.answers(imapPort) && Ports.answers(pop3Port)), TIMEOUT, this::said);
        if (!master.isAlive()) {
            throw new AssertionError("dovecot ended: " + said());
        }
    }

    private String said() {
        try {
            return Files.readString(root.resolve("out")) + (Files.exists(files.log()) ? log() : "");
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** In the namespace and the root directory of the running Dovecot. */
    private String inside(String input, Stream<String> words) {
        List<String> command = Stream.concat(
                        Stream.of("nsenter", "-m", "-r", "-w", "-t", Long.toString(master.pid())), words)
                .toList();
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            if (exit != 0) {
                throw new AssertionError(command + " ended with " + exit + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        master.destroy();
        try {
            if (!master.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                master.destroyForcibly();
            }
            try (var files = Files.walk(root)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
