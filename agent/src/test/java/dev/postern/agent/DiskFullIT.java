package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.Await;
import dev.postern.testing.LocalDatabaseServer;
import dev.postern.testing.OwnDatabaseServer;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.RealServers;
import dev.postern.testing.SmallDisk;
import dev.postern.testing.SpoolFiles;
import dev.postern.testing.TestDatabase;
import dev.postern.testing.UnixPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Journal and spool on disks that are full or cannot be written, with the database there or not. */
@ExtendWith(OwnDatabaseServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DiskFullIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int MAILBOXES = 6000;

    private LocalDatabaseServer server;
    private TestDatabase database;
    private Path directory;
    private SmallDisk journal;
    private SmallDisk spool;
    private AgentConfigFile files;
    private PackagedAgent agent;

    @BeforeAll
    void startServer(LocalDatabaseServer server) {
        RealServers.require("dash", "nc.openbsd", "timeout");
        this.server = server;
        database = TestDatabase.on(server, "mail");
    }

    @BeforeEach
    void start(@TempDir Path directory) {
        this.directory = directory;
        database.execute(
                "DELETE FROM user",
                "INSERT INTO user (email) SELECT CONCAT('u', seq, '@example.org') FROM seq_0_to_" + (MAILBOXES - 1));
        journal = SmallDisk.mount(directory.resolve("journal"), 256);
        spool = SmallDisk.mount(directory.resolve("spool"), 64);
        files = AgentConfigFile.in(directory, directory.resolve("lookup"), database, """
                [dict]
                socket = "%1$s/dict"
                [journal]
                directory = "%1$s/journal"
                [limits]
                mysql_timeout = "1s"
                """.formatted(directory));
        agent = PackagedAgent.start(files.file());
    }

    @AfterEach
    void stop() {
        server.thaw();
        agent.close();
        journal.close();
        spool.close();
    }

    @Test
    void withoutAJournalTheDatabaseIsEnough() {
        journal.fill();
        awayUntil(() -> logged("journal cannot be written"));
        for (int i = 0; i < 20; i++) {
            assertThat(tell(login(i))).isEqualTo("OK");
            assertThat(commit("u" + i + "@example.org", 7)).isEqualTo("O1");
        }
        assertThat(count("lastip IS NOT NULL AND bytes = 7")).isEqualTo(20);
        journal.free();
        awayUntil(() -> logged("journal written again"));
        assertThat(times("journal cannot be written")).isEqualTo(1);
        assertThat(times("journal written again")).isEqualTo(1);
    }

    @Test
    void withNeitherHooksUseTheSpoolAndLoginsGoOn() {
        server.freeze();
        journal.fill();
        Await.until(() -> tell(login(0)).equals("BUSY"), TIMEOUT, this::log);
        assertThat(commit("u1@example.org", 7)).startsWith("F1");
        assertThat(hook("u2@example.org")).isEqualTo("reached\n");
        Await.until(() -> SpoolFiles.in(files.spool()).size() == 1, TIMEOUT, this::log);
        spool.fill();
        assertThat(hook("u3@example.org")).isEqualTo("reached\n");
        assertThat(hook("u3@example.org")).isEqualTo("reached\n");
        spool.free();
        journal.free();
        server.thaw();
        Await.until(() -> SpoolFiles.in(files.spool()).isEmpty(), TIMEOUT, this::log);
        assertThat(count("email IN ('u0@example.org', 'u2@example.org') AND lastip IS NOT NULL"))
                .isEqualTo(2);
        assertThat(tell(login(4))).isEqualTo("OK");
        assertThat(commit("u1@example.org", 8)).isEqualTo("O1");
    }

    @Test
    void aJournalFilledToTheBrimKeepsWhatItHasPromised() {
        server.freeze();
        int promised = tellUntilBusy();
        assertThat(promised).isBetween(500, MAILBOXES - 1);
        agent.kill9();
        agent = PackagedAgent.start(files.file());
        assertThat(agent.log()).anyMatch(line -> line.contains("journal read") && !line.contains("rows=0"));
        server.thaw();
        Await.until(() -> count("lastip IS NOT NULL") >= promised, TIMEOUT, this::log);
        for (int i = 0; i < promised; i++) {
            assertThat(count("email = 'u" + i + "@example.org' AND lastip IS NOT NULL"))
                    .isEqualTo(1);
            i += promised / 100;
        }
    }

    /** What is in the database by now must not keep out what is not. */
    @Test
    void aDiskThatIsFullOfTheJournalsOwnPastIsNotFull() {
        server.freeze();
        int promised = tellUntilBusy();
        server.thaw();
        Await.until(() -> count("lastip IS NOT NULL") >= promised, TIMEOUT, this::log);
        Await.until(() -> tell(login(0)).equals("OK"), TIMEOUT, this::log);
        journal.fill();
        server.freeze();
        Await.until(() -> tell(login(1)).equals("OK"), TIMEOUT, this::log);
        assertThat(commit("u1@example.org", 7)).isEqualTo("O1");
        agent.kill9();
        agent = PackagedAgent.start(files.file());
        server.thaw();
        Await.until(() -> count("email = 'u1@example.org' AND bytes = 7") == 1, TIMEOUT, this::log);
    }

    /** What the last run had taken, and what hooks have left since. */
    @Test
    void aSpoolThatCannotBeClearedIsTakenInOnce() throws IOException {
        agent.stop();
        Files.writeString(spool.path().resolve(".taken/1-1.0"), "quota\tuser=u1@example.org\tbytes=5\n");
        Files.writeString(spool.path().resolve(".taken/2-2.0"), "nonsense\n");
        Files.writeString(spool.path().resolve("3.0"), "quota\tuser=u3@example.org\tbytes=3\n");
        spool.makeReadOnly();
        agent = PackagedAgent.start(files.file());
        Await.until(() -> count("bytes = 5") == 1, TIMEOUT, this::log);
        assertThat(tell("quota\tuser=u1@example.org\tbytes=9\n")).isEqualTo("OK");
        agent.awaitLog(line -> line.contains("spool cannot be cleared"));
        agent.awaitLog(line -> line.contains("spool files cannot be moved"));
        assertThat(notMoved()).isEqualTo(1);
        spool.makeWritable();
        agent.awaitLog(line -> line.contains("spool cleared again"));
        agent.awaitLog(line -> line.contains("spool files are moved again"));
        assertThat(notMoved()).isZero();
        Await.until(() -> count("bytes = 3") == 1, TIMEOUT, this::log);
        assertThat(spool.path().resolve(".rejected-2.0")).exists();
        assertThat(tell("quota\tuser=u2@example.org\tbytes=1\n")).isEqualTo("OK");
        assertThat(count("bytes = 9")).isEqualTo(1);
        assertThat(times("spool cannot be cleared")).isEqualTo(1);
        assertThat(times("spool files cannot be moved")).isEqualTo(1);
    }

    @Test
    void aJournalThatCannotBeWrittenAtStartIsSaid() {
        agent.stop();
        journal.makeReadOnly();
        agent = PackagedAgent.launch(files.file());
        assertThat(agent.exitCode()).isEqualTo(69);
        assertThat(agent.log()).anyMatch(line -> line.contains("cannot start") && line.contains("journal"));
    }

    /** A million events for a thousand mailboxes: bounded by mailboxes. */
    @Test
    void theJournalDoesNotGrowWithEvents() throws IOException {
        journal.resize(16_384);
        server.freeze();
        long largest = 0;
        try (UnixPeer peer = UnixPeer.connect(files.events())) {
            for (int round = 0; round < 1000; round++) {
                StringBuilder lines = new StringBuilder();
                for (int i = 0; i < 1000; i++) {
                    lines.append(login(i));
                }
                peer.send(lines.toString());
                assertThat(peer.read(3000)).isEqualTo("OK\n".repeat(1000));
                largest = Math.max(largest, Files.size(journal.path().resolve("journal")));
            }
        }
        System.out.println("a million events for a thousand mailboxes: journal of " + largest + " bytes at most");
        assertThat(largest).isLessThan(3_000_000);
    }

    /** Has the database away and mailboxes changed until something is so, then has it back. */
    private void awayUntil(BooleanSupplier so) {
        server.freeze();
        try (UnixPeer peer = UnixPeer.connect(files.events())) {
            peer.send(login(100));
            Await.until(
                    () -> {
                        peer.send(login(100));
                        return so.getAsBoolean();
                    },
                    TIMEOUT,
                    this::log);
        } finally {
            server.thaw();
        }
        Await.until(() -> tell(login(101)).equals("OK"), TIMEOUT, this::log);
    }

    private int tellUntilBusy() {
        for (int i = 0; i < MAILBOXES; i++) {
            if (!tell(login(i)).equals("OK")) {
                return i;
            }
        }
        throw new AssertionError("never full: " + log());
    }

    private static String login(int mailbox) {
        return "login\tuser=u" + mailbox + "@example.org\tip=192.0.2.7\tservice=imap\n";
    }

    private String tell(String line) {
        try (UnixPeer peer = UnixPeer.connect(files.events())) {
            return peer.send(line).readLine();
        }
    }

    private String commit(String user, int bytes) {
        try (UnixPeer dovecot = UnixPeer.connect(directory.resolve("dict"))) {
            return dovecot.send("H3\t2\t0\t\tquota\nB1\t" + user + "\nS1\tpriv/quota/storage\t" + bytes + "\nC1\n")
                    .readLine();
        }
    }

    /** Runs the shipped script as script-login would; returns the output of the mail process behind it. */
    private String hook(String user) {
        Path script = TestDatabase.schema().resolveSibling("hook-scripts").resolve("imap-postlogin");
        ProcessBuilder login = new ProcessBuilder(List.of("/bin/dash", script.toString(), "/bin/echo", "reached"));
        login.environment().clear();
        login.environment().put("POSTERN_EVENTS_SOCKET", files.events().toString());
        login.environment().put("POSTERN_SPOOL", files.spool().toString());
        login.environment().put("USER", user);
        login.environment().put("IP", "192.0.2.7");
        try {
            Process process =
                    login.redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Files that hooks have left and that are not taken in for good. */
    /** Files that the agent has not moved into its own directory. */
    private long notMoved() {
        try (var left = Files.list(files.spool())) {
            return left.filter(file -> !file.getFileName().toString().startsWith("."))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long count(String condition) {
        return (Long) database.query("SELECT COUNT(*) AS n FROM user WHERE " + condition)
                .get(0)
                .get("n");
    }

    private boolean logged(String event) {
        return times(event) > 0;
    }

    private long times(String event) {
        return agent.log().stream().filter(line -> line.contains(event)).count();
    }

    private String log() {
        return String.join("\n", agent.log());
    }
}
