package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.Await;
import dev.postern.testing.FrozenDisk;
import dev.postern.testing.HangingDisk;
import dev.postern.testing.LocalDatabaseServer;
import dev.postern.testing.OwnDatabaseServer;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.Ports;
import dev.postern.testing.TestDatabase;
import dev.postern.testing.UnixPeer;
import dev.postern.testing.WebPeer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Disks that hang, one kind at a time, under one agent: what hangs with them, and that nothing else does. */
@ExtendWith(OwnDatabaseServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HangingDisksIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String MAILBOX = "alice@example.org";

    private LocalDatabaseServer server;
    private TestDatabase database;
    private Path directory;
    private FrozenDisk journal;
    private FrozenDisk spool;
    private AgentConfigFile files;
    private PackagedAgent agent;
    private WebPeer peer;
    private int figure = 1;

    @BeforeAll
    void start(LocalDatabaseServer server, @TempDir Path directory) throws IOException {
        this.server = server;
        this.directory = directory;
        database = TestDatabase.on(server, "mail");
        database.execute("INSERT INTO user (email, max_bytes) VALUES ('" + MAILBOX + "', 1000000)");
        journal = FrozenDisk.mount(directory.resolve("journal"));
        spool = FrozenDisk.mount(directory.resolve("spool"));
        Files.createDirectories(directory.resolve("secrets"));
        Files.createDirectories(directory.resolve("api"));
        Files.createDirectories(directory.resolve("sockets"));
        peer = new WebPeer(Ports.free());
        files = AgentConfigFile.of(
                directory.resolve("secrets"),
                directory.resolve("events.sock"),
                directory.resolve("spool"),
                directory.resolve("lookup"),
                database,
                """
                [dict]
                socket = "%1$s/sockets/dict"
                [journal]
                directory = "%1$s/journal"
                [limits]
                mysql_timeout = "1s"
                """.formatted(directory) + AgentConfigFile.http(directory.resolve("api"), peer.port()));
        agent = PackagedAgent.start(files.file());
        tell();
    }

    @AfterEach
    void thaw() {
        journal.thaw();
        spool.thaw();
        server.thaw();
        awaitReady("mysql", "up");
        awaitReady("journal", "up");
        awaitReady("spool", "up");
    }

    @AfterAll
    void stop() {
        journal.thaw();
        spool.thaw();
        if (agent != null) {
            agent.close();
        }
        journal.close();
        spool.close();
    }

    @Test
    void theJournals() {
        journal.freeze();
        awaitReady("journal", "down");
        assertThat(ready("spool")).isEqualTo("up");
        assertEverythingElseWorks();
        assertSpoolIsTakenIn();
        agent.awaitLog(line -> line.contains("disk does not answer") && line.contains("files=journal"));
        server.freeze();
        Await.until(() -> send().equals("BUSY"), PATIENCE, this::log);
        Await.until(() -> peer.get("/readyz").statusCode() == 503, PATIENCE, this::log);
        assertThat(peer.get("/healthz").statusCode()).isEqualTo(200);
        journal.thaw();
        agent.awaitLog(line -> line.contains("disk answers again") && line.contains("files=journal"));
        Await.until(() -> send().equals("OK"), PATIENCE, this::log);
    }

    @Test
    void theSpools() {
        spool.freeze();
        // What is not taken in yet: the disk is needed to move it.
        new Thread(() -> leave("quota\tuser=" + MAILBOX + "\tbytes=1\n"), "writer").start();
        assertEverythingElseWorks();
        assertThat(ready("journal")).isEqualTo("up");
        assertJournalIsUsed();
        spool.thaw();
        Await.until(() -> bytes() == 1, PATIENCE, this::log);
        assertThat(send()).isEqualTo("OK");
    }

    @Test
    void theSpoolsForReading() {
        HangingDisk.during(directory.resolve("spool"), () -> {
            awaitReady("spool", "down");
            assertThat(ready("journal")).isEqualTo("up");
            assertEverythingElseWorks();
            assertJournalIsUsed();
        });
        awaitReady("spool", "up");
        assertSpoolIsTakenIn();
    }

    @Test
    void thePasswordFiles() {
        HangingDisk.during(directory.resolve("secrets"), () -> {
            server.kill9();
            server.launch();
            awaitReady("mysql", "up");
            assertEverythingElseWorks();
            assertSpoolIsTakenIn();
            assertJournalIsUsed();
        });
    }

    @Test
    void theTokens() {
        HangingDisk.during(directory.resolve("api"), () -> {
            assertEverythingElseWorks();
            assertSpoolIsTakenIn();
            assertJournalIsUsed();
            assertThat(peer.get("/api/v1/relay").statusCode()).isEqualTo(401);
        });
    }

    @Test
    void aSockets() {
        HangingDisk.during(directory.resolve("sockets"), () -> {
            Await.until(() -> socket("dict").equals("down"), PATIENCE, this::log);
            assertThat(socket("events")).isEqualTo("up");
            assertThat(socket("socketmap")).isEqualTo("up");
            assertEverythingElseWorks();
            assertSpoolIsTakenIn();
            assertJournalIsUsed();
        });
        Await.until(() -> socket("dict").equals("up"), PATIENCE, this::log);
    }

    private void assertEverythingElseWorks() {
        assertThat(peer.get("/healthz").statusCode()).isEqualTo(200);
        assertThat(peer.get("/readyz").statusCode()).isEqualTo(200);
        assertThat(peer.get("/metrics").body()).contains("postern_disk_wait_seconds");
        tell();
        assertThat(lookup("pop-before-smtp 192.0.2.7")).isEqualTo("OK OK");
        assertThat(lookup("quota " + MAILBOX)).isEqualTo("NOTFOUND ");
    }

    private void assertSpoolIsTakenIn() {
        int expected = ++figure;
        leave("quota\tuser=" + MAILBOX + "\tbytes=" + expected + "\n");
        Await.until(() -> bytes() == expected, PATIENCE, this::log);
    }

    private void assertJournalIsUsed() {
        server.freeze();
        assertThat(send()).isEqualTo("OK");
        server.thaw();
        awaitReady("mysql", "up");
    }

    private void tell() {
        Await.until(() -> send().equals("OK"), PATIENCE, this::log);
    }

    private String send() {
        try (UnixPeer hook = UnixPeer.connect(files.events())) {
            return hook.send("login\tuser=" + MAILBOX + "\tip=192.0.2.7\tservice=imap\n")
                    .readLine();
        }
    }

    private String lookup(String request) {
        try (UnixPeer postfix = UnixPeer.connect(files.socketmap())) {
            return postfix.send(request.length() + ":" + request + ",").readNetstring();
        }
    }

    private void leave(String line) {
        try {
            Path hidden = Files.writeString(files.spool().resolve(".new"), line);
            Files.move(hidden, files.spool().resolve("4711.0"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long bytes() {
        Object bytes = database.query("SELECT bytes FROM user WHERE email = '" + MAILBOX + "'")
                .get(0)
                .get("bytes");
        return bytes == null ? -1 : ((Number) bytes).longValue();
    }

    private String ready(String part) {
        return new JsonObject(peer.get("/readyz").body()).getString(part);
    }

    private String socket(String name) {
        return new JsonObject(peer.get("/readyz").body())
                .getJsonObject("sockets")
                .getString(name);
    }

    private void awaitReady(String part, String state) {
        Await.until(() -> ready(part).equals(state), PATIENCE, this::log);
    }

    private String log() {
        return String.join("\n", agent.log());
    }
}
