package dev.postern.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A real Postfix of its own: Debian's configuration with the files of {@code postfix/} installed as in the README
 * there, in a temporary directory, chrooted as on Debian by default, on a port of its own. Needs root. Other sockets
 * (the agent's, Dovecot's) go under {@link #queueDirectory()} after the start.
 *
 * <p>{@code default_transport} is the same LMTP socket that the transport {@code dovecot:} leads to, so that mail for
 * the rest of the world arrives in the {@link #sink()} too, and never leaves the machine.
 */
public final class PostfixServer implements AutoCloseable {

    /** Which of the shipped forms answers for quota and relay. */
    public enum PostfixForm {
        MYSQL,
        SOCKETMAP,
        POLICY
    }

    /**
     * What an administrator fills into {@code mysql/*.cf}.
     *
     * @param hosts as in mysql_table(5): {@code unix:/path} or {@code inet:host:port}; written twice into the files
     */
    public record PostfixSql(String hosts, String database, String user, String password) {}

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Path root;
    private final PostfixFiles files;
    private final int port;
    private final int submissionPort;
    private final Thread stopAtExit = new Thread(this::stopProcesses, "postfix-stop");
    private LmtpSink sink;

    private PostfixServer(Path root, PostfixFiles files) throws IOException {
        this.root = root;
        this.files = files;
        this.port = Ports.free();
        this.submissionPort = Ports.free();
    }

    /** Skips the test where no Postfix can run, as {@link RealServers#require} does. */
    public static void require() {
        RealServers.require("postfix", "postconf", "postmap");
        if (!System.getProperty("user.name").equals("root")) {
            RealServers.missing("root, as whom alone Postfix starts");
        }
        if (TestCommand.of("postconf", "-m").output().lines().noneMatch("mysql"::equals)) {
            RealServers.missing("postfix-mysql is not installed");
        }
    }

    /** Starts with the sink instead of Dovecot's LMTP socket. */
    public static PostfixServer start(PostfixForm form, PostfixSql sql) {
        return start(form, sql, true);
    }

    /**
     * The same, with no daemon chrooted, as the Postfix project ships it.
     *
     * @param more parameters of main.cf, as for {@code postconf -e}
     */
    public static PostfixServer startUnchrooted(PostfixForm form, PostfixSql sql, String... more) {
        return start(form, sql, false, more);
    }

    private static PostfixServer start(PostfixForm form, PostfixSql sql, boolean chrooted, String... more) {
        PostfixServer server = startWithoutSink(form, sql, chrooted, more);
        try {
            server.sink = LmtpSink.listen(server.queueDirectory().resolve("private/dovecot-lmtp"));
            return server;
        } catch (IOException e) {
            server.close();
            throw new UncheckedIOException(e);
        }
    }

    /** Starts; Dovecot puts its {@code private/dovecot-lmtp} and {@code private/auth} under the queue directory. */
    public static PostfixServer startWithoutSink(PostfixForm form, PostfixSql sql, String... more) {
        return startWithoutSink(form, sql, true, more);
    }

    private static PostfixServer startWithoutSink(PostfixForm form, PostfixSql sql, boolean chrooted, String... more) {
        try {
            // Below /tmp, whatever java.io.tmpdir is: socket paths have 107 bytes, and user postfix must get there.
            Path root = Files.createTempDirectory(Path.of("/tmp"), "pf");
            PostfixServer server = new PostfixServer(root, PostfixFiles.in(root));
            try {
                server.files.write(form, chrooted, sql, server.port, server.submissionPort);
                server.files.set(more);
                server.startProcesses();
                return server;
            } catch (IOException | RuntimeException e) {
                server.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where chrooted daemons live; the agent's socket belongs to {@code postern/lookup} in here. */
    public Path queueDirectory() {
        return files.queue();
    }

    /** Where its main.cf is. */
    public Path configDirectory() {
        return files.config();
    }

    public int port() {
        return port;
    }

    public int submissionPort() {
        return submissionPort;
    }

    /** The mail of each recipient, unless started without the sink. */
    public LmtpSink sink() {
        return sink;
    }

    /** A session from that address, whose name in the DNS is {@code mail.sub.client.example}. */
    public SmtpDialogue smtp(String clientIp) {
        return SmtpDialogue.connect(port).as(clientIp, "mail.sub.client.example");
    }

    /** What Postfix finds in {@code mysql/<name>.cf} for exactly this key. */
    public Optional<String> postmap(String key, String name) {
        return query(key, "mysql:" + files.config().resolve("mysql/" + name + ".cf"));
    }

    /** What Postfix finds in the table that a parameter of main.cf names, behind a restriction perhaps. */
    public Optional<String> postmapParameter(String key, String parameter) {
        return query(key, parameter(parameter).replaceFirst("^check_\\w+ ", ""));
    }

    /**
     * What {@code postmap -q} finds.
     *
     * @param table any table, as in main.cf
     * @return empty when there is nothing; a failing table is an exception
     */
    public Optional<String> query(String key, String table) {
        TestCommand.CommandResult result = TestCommand.of("postmap", "-c", files.config(), "-q", key, table)
                .run();
        if (result.status() == 0) {
            return Optional.of(result.output().strip());
        }
        if (result.output().isEmpty()) {
            return Optional.empty();
        }
        throw new IllegalStateException("postmap -q " + key + " " + table + ": " + result.output());
    }

    /** Effective values, as {@code postconf -xh} gives them. */
    public String parameter(String name) {
        return TestCommand.of("postconf", "-c", files.config(), "-xh", name)
                .output()
                .strip();
    }

    /** A service of master.cf by its shipped name's syslog_name, with its command, on one line. */
    public String service(String name) {
        return TestCommand.of("postconf", "-c", files.config(), "-M")
                .output()
                .lines()
                .filter(line -> line.contains("syslog_name=postfix/" + name))
                .findFirst()
                .orElseThrow();
    }

    /** What the running daemons of that name take for the root directory. */
    public List<Path> rootsOf(String daemon) {
        return pidsOf(daemon).stream()
                .map(pid -> target(Path.of("/proc", pid, "root")))
                .toList();
    }

    /** SIGSTOP to the running daemons of that name; others may be started. */
    public void freeze(String daemon) {
        pidsOf(daemon).forEach(pid -> TestCommand.of("kill", "-STOP", pid).output());
    }

    public void thaw(String daemon) {
        pidsOf(daemon).forEach(pid -> TestCommand.of("kill", "-CONT", pid).output());
    }

    private List<String> pidsOf(String daemon) {
        return master().stream()
                .flatMap(ProcessHandle::descendants)
                .filter(process -> process.info().command().orElse("").endsWith("/" + daemon))
                .map(process -> Long.toString(process.pid()))
                .toList();
    }

    private static Path target(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String mailLog() {
        try {
            return Files.readString(files.log(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until nothing is on its way any more: delivered, bounced and the bounces delivered too. Postfix removes a
     * message from the queue after it has queued the bounce.
     */
    public void awaitEmptyQueue() {
        Await.until(this::isQueueEmpty, TIMEOUT, () -> "queue not empty\n" + mailLog());
    }

    private boolean isQueueEmpty() {
        return Stream.of("maildrop", "incoming", "active", "deferred").allMatch(this::isWithoutFiles);
    }

    private boolean isWithoutFiles(String directory) {
        try (Stream<Path> all = Files.walk(files.queue().resolve(directory))) {
            return all.noneMatch(Files::isRegularFile);
        } catch (IOException | UncheckedIOException movedMeanwhile) {
            return false;
        }
    }

    /** Delivers what is in the deferred queue now. */
    public void flush() {
        TestCommand.of("postqueue", "-c", files.config(), "-f").output();
    }

    private void startProcesses() throws IOException {
        Runtime.getRuntime().addShutdownHook(stopAtExit);
        TestCommand.of("postfix", "-c", files.config(), "start").output();
        Await.until(this::isAnswering, TIMEOUT, () -> "no SMTP greeting\n" + mailLog());
    }

    private boolean isAnswering() {
        try (SmtpDialogue dialogue = SmtpDialogue.connect(port)) {
            return dialogue.say("NOOP").startsWith("250");
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        stopProcesses();
        try {
            Runtime.getRuntime().removeShutdownHook(stopAtExit);
        } catch (IllegalStateException exiting) {
            return;
        }
        try {
            if (sink != null) {
                sink.close();
            }
            deleteAll(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void stopProcesses() {
        List<ProcessHandle> all = master().map(master ->
                        Stream.concat(Stream.of(master), master.descendants()).toList())
                .orElse(List.of());
        try {
            TestCommand.of("postfix", "-c", files.config(), "stop").run();
        } finally {
            all.forEach(ProcessHandle::destroyForcibly);
        }
        Await.until(() -> all.stream().noneMatch(ProcessHandle::isAlive), TIMEOUT, () -> "Postfix does not end");
    }

    private Optional<ProcessHandle> master() {
        try {
            String pid = Files.readString(files.queue().resolve("pid/master.pid"), UTF_8);
            return ProcessHandle.of(Long.parseLong(pid.strip()))
                    .filter(process -> process.info()
                            .command()
                            .orElse("")
                            .toLowerCase(Locale.ROOT)
                            .endsWith("/master"));
        } catch (IOException neverStarted) {
            return Optional.empty();
        }
    }

    private static void deleteAll(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
