package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.Await;
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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The first second of a database that hangs: what is known is answered, also by what is asked while the first query
 * hangs. The agent itself would wait for a minute here, longer than any deadline.
 */
@ExtendWith(OwnDatabaseServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FrozenDatabaseIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration CACHE_TIME = Duration.ofMillis(100);

    private LocalDatabaseServer server;
    private TestDatabase database;
    private Path directory;
    private PackagedAgent agent;
    private WebPeer web;

    @BeforeAll
    void startServer(LocalDatabaseServer server) {
        this.server = server;
        database = TestDatabase.on(server, "mail");
    }

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        this.directory = directory;
        database.execute(
                "DELETE FROM user",
                "INSERT INTO user (email, bytes, max_bytes) VALUES ('alice@example.org', 7, 0),"
                        + " ('bob@example.org', 100, 100), ('carol@example.org', 100, 100)");
        int port = Ports.free();
        Token.NewToken token = Token.make("admin", TokenRole.READ, null);
        new TokensFile(directory.resolve("tokens")).add(token.token());
        AgentConfigFile files = AgentConfigFile.in(
                directory,
                directory.resolve("lookup"),
                database,
                """
                [dict]
                socket = "%1$s/dict.sock"
                [journal]
                directory = "%1$s"
                [limits]
                mysql_timeout = "60s"
                cache_time = "%2$dms"
                """.formatted(directory, CACHE_TIME.toMillis()) + AgentConfigFile.http(directory, port));
        agent = PackagedAgent.start(files.file());
        web = new WebPeer(port, token.text());
    }

    @AfterEach
    void stop() {
        server.thaw();
        agent.close();
    }

    @Test
    void whatIsKnownIsAnsweredBehindAQueryThatHangs() {
        login("bob@example.org", "192.0.2.7");
        List<String> before = askAll();
        assertThat(before)
                .containsExactly(
                        "OK 452 4.2.2 Mailbox is over quota",
                        "OK 452 4.2.2 Mailbox is over quota",
                        "OK 452 4.2.2 Mailbox is over quota",
                        "OK OK",
                        "O7",
                        "200",
                        "200");
        Instant read = Instant.now();
        server.freeze();
        // So old that the rows are asked for again.
        Await.until(() -> Instant.now().isAfter(read.plus(CACHE_TIME.multipliedBy(3))), TIMEOUT, () -> "");
        assertThat(askAll()).isEqualTo(before);
        login("carol@example.org", "192.0.2.8");
        agent.awaitLog(line -> line.contains("relay window opened")
                && line.contains("rip=192.0.2.8 ")
                && line.endsWith(" pending=true"));
    }

    /** All at once: each but the first is asked while a query is under way. */
    private List<String> askAll() {
        try (UnixPeer first = lookup("quota bob@example.org");
                UnixPeer second = lookup("quota carol@example.org");
                UnixPeer third = lookup("quota carol+new@example.org");
                UnixPeer fourth = lookup("pop-before-smtp 192.0.2.7");
                UnixPeer dovecot = UnixPeer.connect(directory.resolve("dict.sock"))) {
            dovecot.send("H3\t2\t0\t\tquota\nLpriv/quota/storage\talice@example.org\n");
            return List.of(
                    first.readNetstring(),
                    second.readNetstring(),
                    third.readNetstring(),
                    fourth.readNetstring(),
                    dovecot.readLine(),
                    status("/api/v1/mailboxes/alice@example.org"),
                    status("/api/v1/mailboxes"));
        }
    }

    private String status(String path) {
        return Integer.toString(web.get(path).statusCode());
    }

    private UnixPeer lookup(String request) {
        return UnixPeer.connect(directory.resolve("lookup")).send(request.length() + ":" + request + ",");
    }

    private void login(String user, String ip) {
        try (UnixPeer hook = UnixPeer.connect(directory.resolve("events.sock"))) {
            hook.send("login\tuser=" + user + "\tip=" + ip + "\tservice=imap\n");
            assertThat(hook.readLine()).isEqualTo("OK");
        }
    }
}
