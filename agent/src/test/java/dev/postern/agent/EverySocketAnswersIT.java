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
import dev.postern.tokens.Token;
import dev.postern.tokens.TokenRole;
import dev.postern.tokens.TokensFile;
import java.io.IOException;
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

    private static final String BOB = "H3\t2\t0\t\tquota\nLpriv/quota/storage\tbob@example.org\n";

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private LocalDatabaseServer server;
    private FrozenDisk journal;
    private AllSockets sockets;
    private WebPeer web;
    private PackagedAgent agent;

    @BeforeAll
    void start(LocalDatabaseServer server, @TempDir Path directory) throws IOException {
        this.server = server;
        TestDatabase database = TestDatabase.on(server, "mail");
        database.execute("INSERT INTO user (email, max_bytes) VALUES ('alice@example.org', 1000000)");
        journal = FrozenDisk.mount(directory.resolve("journal"));
        Token.NewToken token = Token.make("reader", TokenRole.READ, null);
        new TokensFile(directory.resolve("tokens")).add(token.token());
        web = new WebPeer(Ports.free(), token.text());
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
        assertPromises("OK", "O");
        assertThat(answer("lookup", "21:quota bob@example.org,")).contains(":TEMP ");
        assertThat(answer("dict", BOB)).startsWith("F");
        assertApi(200, 503);
        assertThat(web.get("/healthz").statusCode()).isEqualTo(200);
        assertThat(web.get("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void whileTheJournalsDiskHangs() {
        journal.freeze();
        sockets.isServed();
        assertPromises("OK", "O");
        assertThat(answer("lookup", "21:quota bob@example.org,")).contains(":NOTFOUND ");
        assertThat(answer("dict", BOB)).startsWith("N");
        assertApi(200, 404);
        assertThat(web.get("/healthz").statusCode()).isEqualTo(200);
        assertThat(web.get("/readyz").statusCode()).isEqualTo(200);
    }

    /** What would be promised is refused; what is known is answered. */
    @Test
    void whileBothHang() {
        server.freeze();
        journal.freeze();
        assertThat(answer("events", AllSockets.request("events"))).isEqualTo("BUSY");
        sockets.isServedBut("events");
        assertPromises("BUSY", "F");
        assertThat(commit("A1\tpriv/quota/storage\t5")).matches("[FW]1\t.*");
        assertThat(answer("lookup", "21:quota bob@example.org,")).contains(":TEMP ");
        assertThat(answer("dict", BOB)).startsWith("F");
        assertThat(answer("policy", AllSockets.request("policy").replace("alice@", "bob@")))
                .isEqualTo("action=DUNNO");
        assertApi(200, 503);
        assertThat(web.get("/healthz").statusCode()).isEqualTo(200);
        Await.until(() -> web.get("/readyz").statusCode() == 503, TIMEOUT, () -> "");
    }

    /** An event and commits that change something, which are to be kept. */
    private void assertPromises(String event, String commit) {
        String login = "login\tuser=alice@example.org\tip=192.0.2.7\tservice=imap\n";
        String key = "shared/last-login/imap/192.0.2.7/alice@example.org";
        assertThat(answer("events", login)).isEqualTo(event);
        assertThat(commit("S1\tpriv/quota/storage\t1")).startsWith(commit + "1");
        assertThat(commit("S1\t" + key + "\t1795420817")).startsWith(commit + "1");
    }

    private void assertApi(int known, int unknown) {
        assertThat(web.get("/api/v1/mailboxes/alice@example.org").statusCode()).isEqualTo(known);
        assertThat(web.get("/api/v1/mailboxes/bob@example.org").statusCode()).isEqualTo(unknown);
    }

    private String commit(String change) {
        return answer("dict", String.join("\n", "H3\t2\t0\t\tquota", "B1\talice@example.org", change, "C1", ""));
    }

    private String answer(String socket, String request) {
        try (UnixPeer peer = sockets.connect(socket)) {
            peer.send(request);
            return socket.equals("lookup") ? ":" + peer.readNetstring() + " " : peer.readLine();
        }
    }
}
