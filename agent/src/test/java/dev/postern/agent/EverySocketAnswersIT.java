package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.AllSockets;
import dev.postern.testing.Await;
import dev.postern.testing.FrozenDisk;
import dev.postern.testing.LocalDatabaseServer;
import dev.postern.testing.OwnDatabaseServer;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.Ports;
import dev.postern.testing.TestDatabase;
import dev.postern.testing.UnixPeer;
import dev.postern.testing.WebPeer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whatever hangs behind the agent, a peer of each socket gets an answer: the usual one, or a refusal. */
@ExtendWith(OwnDatabaseServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EverySocketAnswersIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private LocalDatabaseServer server;
    private FrozenDisk journal;
    private AllSockets sockets;
    private WebPeer web;
    private PackagedAgent agent;

    @BeforeAll
    void start(LocalDatabaseServer server, @TempDir Path directory) {
        this.server = server;
        TestDatabase database = TestDatabase.on(server, "mail");
        database.execute("INSERT INTO user (email, max_bytes) VALUES ('alice@example.org', 1000000)");
        journal = FrozenDisk.mount(directory.resolve("journal"));
        web = new WebPeer(Ports.free());
        sockets = AllSockets.in(
                directory, database, """
                [journal]
                directory = "%s"
                """.formatted(journal.path()) + AgentConfigFile.http(directory, web.port()));
        agent = PackagedAgent.start(sockets.config());
        sockets.isServed();
    }

    @AfterEach
    void thaw() {
        server.thaw();
        journal.thaw();
        Await.until(() -> web.get("/readyz").body().contains("\"mysql\":\"up\""), TIMEOUT, () -> "");
    }

    @AfterAll
    void stop() {
        journal.thaw();
        if (agent != null) {
            agent.close();
        }
        journal.close();
    }

    @Test
    void whileTheDatabaseHangs() {
        server.freeze();
        sockets.isServed();
        assertThat(web.get("/healthz").statusCode()).isEqualTo(200);
        assertThat(web.get("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void whileTheJournalsDiskHangs() {
        journal.freeze();
        sockets.isServed();
        assertThat(web.get("/healthz").statusCode()).isEqualTo(200);
        assertThat(web.get("/readyz").statusCode()).isEqualTo(200);
    }

    /** What would be promised is refused; what is known is answered. */
    @Test
    void whileBothHang() {
        server.freeze();
        journal.freeze();
        try (UnixPeer hook = sockets.connect("events")) {
            assertThat(hook.send(AllSockets.request("events")).readLine()).isEqualTo("BUSY");
        }
        sockets.isServedBut("events");
        assertThat(web.get("/healthz").statusCode()).isEqualTo(200);
        Await.until(() -> web.get("/readyz").statusCode() == 503, TIMEOUT, () -> "");
    }
}
