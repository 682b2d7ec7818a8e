package dev.postern.http;

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
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The API of the packaged agent over a real database: what it lists, for which token, and its errors. */
@ExtendWith(OwnDatabaseServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int BULK = 1200;

    private LocalDatabaseServer server;
    private TestDatabase database;
    private AgentConfigFile files;
    private PackagedAgent agent;
    private TokensFile tokens;
    private WebPeer reader;
    private WebPeer writer;
    private WebPeer restricted;

    @BeforeAll
    void start(LocalDatabaseServer server, @TempDir Path directory) throws IOException {
        this.server = server;
        database = TestDatabase.on(server, "mail");
        fill();
        int port = Ports.free();
        tokens = new TokensFile(directory.resolve("tokens"));
        reader = peer(port, "reader", TokenRole.READ, null);
        writer = peer(port, "writer", TokenRole.WRITE, null);
        restricted = peer(port, "restricted", TokenRole.WRITE, Set.of("example.net", "relay.net"));
        Files.createDirectories(directory.resolve("journal"));
        files = AgentConfigFile.in(
                directory,
                directory.resolve("lookup"),
                database,
                AgentConfigFile.http(directory, port) + "requests_per_second = 10000\n[journal]\ndirectory = \""
                        + directory.resolve("journal")
                        + "\"\n[relay]\nipv6_prefix = 64\n[limits]\nmysql_timeout = \"1s\"\n");
        agent = PackagedAgent.start(files.file());
    }

    @AfterAll
    void stop() {
        if (agent != null) {
            agent.close();
        }
    }

    @AfterEach
    void thaw() {
        server.thaw();
    }

    private void fill() {
        database.execute(
                "INSERT INTO user (email, bytes, messages, max_bytes, max_messages, lastip, lasttime) VALUES"
                        + " ('Alice@example.org', 10, 1, 100, 0, '192.0.2.7', '2026-01-31 12:34:56.5'),"
                        + " ('full@example.org', 100, 1, 100, 0, NULL, NULL),"
                        + " ('many@example.org', 1, 5, 0, 5, NULL, '2020-01-01 00:00:00'),"
                        + " ('net@example.net', NULL, NULL, 0, 0, '2001:db8::7', '2026-06-01 00:00:00'),"
                        + " ('p%t_x+y@example.net', NULL, NULL, 0, 0, NULL, NULL),"
                        + " ('pat@example.net', NULL, NULL, 0, 0, NULL, NULL),"
                        + " ('relay@relay.example', NULL, NULL, 0, 0, NULL, NULL),"
                        + " ('relay@relay.net', NULL, NULL, 0, 0, NULL, NULL),"
                        + " ('m@example.nét', NULL, NULL, 0, 0, NULL, NULL),"
                        + " ('mb@example.nét', NULL, NULL, 0, 0, NULL, NULL)",
                "INSERT INTO user (email, active) SELECT CONCAT('bulk', LPAD(seq, 6, '0'), '@bulk.example'), 'N'"
                        + " FROM seq_1_to_" + BULK);
    }

    private WebPeer peer(int port, String name, TokenRole role, Set<String> domains) throws IOException {
        Token.NewToken made = Token.make(name, role, domains);
        tokens.add(made.token());
        return new WebPeer(port, made.text());
    }

    @Test
    void pagesHaveEveryMailboxOnceInOrder() {
        List<String> seen = new ArrayList<>();
        String after = "";
        do {
            JsonObject page = WebPeer.json(reader.get("/api/v1/mailboxes?limit=70" + after));
            assertThat(page.getString("as_of")).endsWith("Z");
            seen.addAll(emails(page));
            after = page.getString("next") == null ? null : "&after=" + WebPeer.encoded(page.getString("next"));
        } while (after != null);
        assertThat(seen)
                .hasSize(BULK + 10)
                .doesNotHaveDuplicates()
                .startsWith("alice@example.org", "bulk000001@bulk.example");
    }

    @Test
    void aMailboxIsShownWithAllThatIsKnown() {
        JsonObject alice = WebPeer.json(reader.get("/api/v1/mailboxes/ALICE%40example.org"));
        assertThat(alice.remove("as_of")).asString().endsWith("Z");
        assertThat(alice).isEqualTo(new JsonObject("""
                {"email":"alice@example.org","active":true,"lastip":"192.0.2.7","lasttime":"2026-01-31T12:34:56.500Z",
                "bytes":10,"messages":1,"max_bytes":100,"max_messages":0,"over_quota":false,"pending":false}"""));
        assertThat(WebPeer.json(reader.get("/api/v1/mailboxes/p%25t_x+y@example.net"))
                        .getString("email"))
                .isEqualTo("p%t_x+y@example.net");
        for (String nobody : List.of("nobody@example.org", "nonsense", "%00", "a%2Fb@x.org")) {
            assertThat(reader.get("/api/v1/mailboxes/" + nobody).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void findsByBeginningAndByDomain() {
        assertThat(found("search=AL")).containsExactly("alice@example.org");
        assertThat(found("search=@example.net"))
                .containsExactly("net@example.net", "p%t_x+y@example.net", "pat@example.net");
        assertThat(found("search=" + WebPeer.encoded("p%t_x+y@"))).containsExactly("p%t_x+y@example.net");
        assertThat(found("search=LICE%40example.")).containsExactly("alice@example.org");
        assertThat(found("search=p_t")).isEmpty();
        assertThat(found("search=@ample.net")).isEmpty();
        assertThat(found("search=1.5")).isEmpty();
        assertThat(found("search=%22%5C")).isEmpty();
    }

    @Test
    void findsWhoIsOverQuotaAndWhoHasNotBeenThere() {
        assertThat(found("over_quota=true")).containsExactly("full@example.org", "many@example.org");
        assertThat(found("over_quota=false&search=@example.org")).containsExactly("alice@example.org");
        assertThat(found("inactive_since=2026-02-01T00:00:00%2B01:00&search=@example.org"))
                .containsExactly("alice@example.org", "full@example.org", "many@example.org");
        assertThat(found("inactive_since=2025-01-01T00:00:00Z&search=@example.org"))
                .containsExactly("full@example.org", "many@example.org");
    }

    @Test
    void givesTheWholeListToSpreadsheetsAndPrograms() {
        HttpResponse<String> csv = reader.get("/api/v1/mailboxes?format=csv");
        assertThat(csv.headers().firstValue("content-type")).hasValue("text/csv; charset=utf-8; header=present");
        assertThat(csv.headers().firstValue("postern-as-of").orElse("")).endsWith("Z");
        List<String> lines = csv.body().lines().toList();
        assertThat(lines).hasSize(BULK + 11).doesNotHaveDuplicates();
        assertThat(lines.get(1))
                .isEqualTo(
                        "\"alice@example.org\",true,\"192.0.2.7\",\"2026-01-31T12:34:56.500Z\",10,1,100,0,false,false");
        HttpResponse<String> ndjson = reader.get("/api/v1/mailboxes?search=bulk", "Accept", "application/x-ndjson");
        assertThat(ndjson.body().lines().map(line -> new JsonObject(line).getString("email")))
                .hasSize(BULK)
                .isSorted();
        assertThat(reader.get("/api/v1/mailboxes?format=csv&limit=5").statusCode())
                .isEqualTo(400);
        assertThat(reader.get("/api/v1/mailboxes", "Accept", "image/png").statusCode())
                .isEqualTo(406);
        assertThat(reader.ask("HEAD", "/api/v1/mailboxes?format=csv").body()).isEmpty();
    }

    @Test
    void saysWhenNothingHasChanged() {
        String target = "/api/v1/mailboxes?search=@example.net";
        String tag = reader.get(target).headers().firstValue("etag").orElseThrow();
        HttpResponse<String> same = reader.get(target, "If-None-Match", tag);
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(same.headers().firstValue("postern-as-of")).isPresent();
        assertThat(reader.get("/api/v1/mailboxes?search=@example.org", "If-None-Match", tag)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void saysWhatIsWrongWithARequest() {
        for (String query : List.of(
                "over-quota=true",
                "over_quota=maybe",
                "limit=0",
                "limit=1001",
                "limit=ten",
                "limit=5&limit=6",
                "format=xml",
                "inactive_since=yesterday",
                "inactive_since=9999-12-31T23:59:59-18:00",
                "after=" + "a".repeat(256))) {
            HttpResponse<String> answer = reader.get("/api/v1/mailboxes?" + query);
            assertThat(answer.statusCode()).as(query).isEqualTo(400);
            assertThat(WebPeer.json(answer).getString("detail")).as(query).isNotBlank();
        }
    }

    @Test
    void letsNobodyInWithoutATokenAndNobodyChangeWithOneToRead() {
        WebPeer nobody = new WebPeer(reader.port());
        HttpResponse<String> refused = nobody.get("/api/v1/mailboxes");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("www-authenticate")).hasValue("Bearer realm=\"postern\"");
        for (String target : List.of("/api/v1/mailboxes/", "/api/v1/mailboxes/alice@example.org", "/api/v1/relay")) {
            assertThat(nobody.get(target).statusCode()).as(target).isEqualTo(401);
        }
        String text = reader.token();
        for (String wrong : List.of(
                "x",
                "reader.",
                "reader",
                text + "x",
                text.substring(1),
                "nobody.abc",
                "writer" + text.substring(text.indexOf('.')))) {
            assertThat(new WebPeer(reader.port(), wrong).get("/api/v1/relay").statusCode())
                    .isEqualTo(401);
        }
        assertThat(reader.ask("DELETE", "/api/v1/relay/192.0.2.99").statusCode())
                .isEqualTo(403);
        assertThat(agent.log()).noneMatch(line -> line.contains(text.substring(text.indexOf('.') + 1)));
    }

    @Test
    void saysNothingOfWhatThereIsUnderApiWithoutAToken() {
        WebPeer nobody = new WebPeer(reader.port());
        for (String target :
                List.of("/api", "/api/", "/api/nothing", "/api/v1/relay", "/%61pi/v1/relay", "/x/../api")) {
            for (String method : List.of("GET", "HEAD", "OPTIONS", "POST", "DELETE", "BREW")) {
                assertThat(nobody.ask(method, target).statusCode())
                        .as(method + " " + target)
                        .isEqualTo(401);
            }
        }
        String body = " /api/v1/relay HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n";
        assertThat(nobody.raw("POST" + body + "\r\n12345")).startsWith("HTTP/1.1 401 ");
        String token = "Authorization: Bearer " + reader.token() + "\r\n";
        assertThat(nobody.raw("POST" + body + token + "\r\n12345")).startsWith("HTTP/1.1 413 ");
        assertThat(reader.get("/api/nothing").statusCode()).isEqualTo(404);
        assertThat(reader.ask("POST", "/api/v1/relay").statusCode()).isEqualTo(405);
        assertThat(reader.ask("OPTIONS", "/api/nothing").statusCode()).isEqualTo(404);
        assertThat(reader.ask("OPTIONS", "/api/v1/relay").headers().firstValue("allow"))
                .hasValue("GET, HEAD, OPTIONS");
        assertThat(nobody.get("/apis").statusCode()).isEqualTo(404);
    }

    @Test
    void aRestrictedTokenSeesItsDomainsAlone() {
        assertThat(emails(WebPeer.json(restricted.get("/api/v1/mailboxes"))))
                .containsExactly("net@example.net", "p%t_x+y@example.net", "pat@example.net", "relay@relay.net");
        assertThat(emails(WebPeer.json(restricted.get("/api/v1/mailboxes?search=@example.org"))))
                .isEmpty();
        assertThat(restricted.get("/api/v1/mailboxes?format=csv").body().lines())
                .hasSize(5);
        JsonObject first = WebPeer.json(restricted.get("/api/v1/mailboxes?limit=1"));
        assertThat(first.getString("next"))
                .isEqualTo("net@example.net")
                .isEqualTo(emails(first).get(0));
        assertThat(restricted.get("/api/v1/mailboxes/alice@example.org").statusCode())
                .isEqualTo(404);
        assertThat(restricted.get("/api/v1/mailboxes/net@example.net").statusCode())
                .isEqualTo(200);
    }

    @Test
    void takesChangesOfTheTokensInByItself() throws IOException {
        WebPeer late = peer(reader.port(), "late", TokenRole.READ, null);
        Await.until(() -> late.get("/api/v1/relay").statusCode() == 200, TIMEOUT, () -> "still refused");
        tokens.remove("late");
        Await.until(() -> late.get("/api/v1/relay").statusCode() == 401, TIMEOUT, () -> "still let in");
        assertThat(reader.get("/api/v1/relay").statusCode()).isEqualTo(200);
        Path file = files.file().resolveSibling("tokens");
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        agent.awaitLog(line -> line.contains("tokens file is open to every account"));
        Files.setPosixFilePermissions(file, mode);
    }

    @Test
    void showsAndClosesRelayWindows() {
        tell("login\tuser=relay@relay.example\tip=192.0.2.77\tservice=imap\n");
        tell("login\tuser=relay@relay.net\tip=2001:db8::77\tservice=pop3\n");
        Await.until(
                () -> windows(reader).contains("relay@relay.example"),
                TIMEOUT,
                () -> windows(reader).toString());
        assertThat(windows(restricted)).containsExactly("relay@relay.net");
        assertThat(reader.get("/api/v1/relay?format=csv").body())
                .contains("\"192.0.2.77\",\"relay@relay.example\",\"imap\",");
        assertThat(restricted.ask("DELETE", "/api/v1/relay/192.0.2.77").statusCode())
                .isEqualTo(404);
        assertThat(writer.ask("DELETE", "/api/v1/relay/192.0.2.77").statusCode())
                .isEqualTo(204);
        assertThat(writer.ask("DELETE", "/api/v1/relay/192.0.2.77").statusCode())
                .isEqualTo(404);
        assertThat(restricted.ask("DELETE", "/api/v1/relay/2001:DB8:0::77").statusCode())
                .isEqualTo(204);
        assertThat(writer.ask("DELETE", "/api/v1/relay/192.0.2").statusCode()).isEqualTo(400);
        tell("login\tuser=relay@relay.example\tip=2001:db8::78\tservice=imap\n");
        tell("login\tuser=relay@relay.net\tip=2001:db8::79\tservice=pop3\n");
        assertThat(restricted.ask("DELETE", "/api/v1/relay/2001:db8::79").statusCode())
                .as("which would close another domain's window, too")
                .isEqualTo(403);
        assertThat(writer.ask("DELETE", "/api/v1/relay/2001:db8::79").statusCode())
                .isEqualTo(204);
        assertThat(windows(reader)).isEmpty();
    }

    @Test
    void whatIsNotWrittenYetIsSeenAndWhatWasKnownIsSaidWhileTheDatabaseHangs() {
        String target = "/api/v1/mailboxes?search=many";
        String before = WebPeer.json(reader.get(target)).getString("as_of");
        WebPeer.json(reader.get("/api/v1/mailboxes/many@example.org"));
        server.freeze();
        assertThat(tell("quota\tuser=many@example.org\tbytes=777\tmessages=1\n"))
                .isEqualTo("OK");
        JsonObject page = WebPeer.json(reader.get(target));
        JsonObject many = page.getJsonArray("items").getJsonObject(0);
        assertThat(many.getLong("bytes")).isEqualTo(777);
        assertThat(many.getBoolean("pending")).isTrue();
        assertThat(many.getBoolean("over_quota")).isFalse();
        assertThat(page.getString("as_of")).isGreaterThanOrEqualTo(before);
        JsonObject single = WebPeer.json(reader.get("/api/v1/mailboxes/many@example.org"));
        assertThat(single.getLong("bytes")).isEqualTo(777);
        assertThat(single.getBoolean("pending")).isTrue();
        HttpResponse<String> unknown = reader.get("/api/v1/mailboxes?search=never-asked-before");
        assertThat(unknown.statusCode()).isEqualTo(503);
        assertThat(unknown.headers().firstValue("retry-after")).isPresent();
        assertThat(reader.get("/api/v1/mailboxes?format=csv").statusCode()).isEqualTo(503);
        server.thaw();
        Await.until(
                () -> !WebPeer.json(reader.get("/api/v1/mailboxes/many@example.org"))
                        .getBoolean("pending"),
                TIMEOUT,
                () -> "still pending");
        tell("quota\tuser=many@example.org\tbytes=1\tmessages=5\n");
    }

    @Test
    void listsWhatIsWrittenMeanwhileAsItIs() throws InterruptedException {
        Thread events = new Thread(() -> IntStream.range(0, 200)
                .forEach(i -> tell("quota\tuser=pat@example.net\tbytes=" + i + "\tmessages=1\n")));
        events.start();
        long last = -1;
        while (events.isAlive()) {
            JsonObject pat = WebPeer.json(reader.get("/api/v1/mailboxes?search=pat"))
                    .getJsonArray("items")
                    .getJsonObject(0);
            Long bytes = pat.getLong("bytes");
            assertThat(bytes == null ? -1 : bytes).isGreaterThanOrEqualTo(last);
            last = bytes == null ? -1 : bytes;
        }
        events.join();
    }

    private List<String> found(String query) {
        return emails(WebPeer.json(reader.get("/api/v1/mailboxes?" + query)));
    }

    private static List<String> emails(JsonObject page) {
        JsonArray items = page.getJsonArray("items");
        return items.stream()
                .map(item -> ((JsonObject) item).getString("email"))
                .toList();
    }

    private static List<String> windows(WebPeer peer) {
        return WebPeer.json(peer.get("/api/v1/relay")).getJsonArray("items").stream()
                .map(item -> ((JsonObject) item).getString("user"))
                .toList();
    }

    private String tell(String line) {
        try (UnixPeer events = UnixPeer.connect(files.events())) {
            return events.send(line).readLine();
        }
    }
}
