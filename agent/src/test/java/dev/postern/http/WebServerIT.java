package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.Ports;
import dev.postern.testing.TestDatabase;
import dev.postern.testing.WebPeer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The packaged agent's answers to any input on its HTTP port. */
@ExtendWith(DatabaseExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebServerIT {

    private static final int MOST_CONNECTIONS = 20;

    private PackagedAgent agent;
    private WebPeer peer;

    @BeforeAll
    void start(@TempDir Path directory, TestDatabase database) {
        peer = new WebPeer(Ports.free());
        AgentConfigFile files = AgentConfigFile.in(
                directory,
                directory.resolve("lookup"),
                database,
                AgentConfigFile.http(directory, peer.port()) + "[limits]\nconnections = " + MOST_CONNECTIONS + "\n");
        agent = PackagedAgent.start(files.file());
    }

    @AfterAll
    void stop() {
        agent.close();
    }

    @Test
    void servesTheDocumentThatItIsBuiltFrom() throws IOException {
        HttpResponse<String> document = peer.get("/openapi.yaml");
        assertThat(document.statusCode()).isEqualTo(200);
        assertThat(document.headers().firstValue("content-type")).hasValue("application/yaml");
        assertThat(document.body()).isEqualTo(Files.readString(Path.of("src/main/resources/openapi.yaml")));
    }

    @Test
    void answersHeadLikeGetWithoutABody() {
        HttpResponse<String> head = peer.ask("HEAD", "/healthz");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("content-length"))
                .hasValue(Integer.toString(peer.get("/healthz").body().length()));
    }

    @Test
    void saysWhatMayBeDone() {
        HttpResponse<String> options = peer.ask("OPTIONS", "/healthz");
        assertThat(options.statusCode()).isEqualTo(204);
        assertThat(options.headers().firstValue("allow")).hasValue("GET, HEAD, OPTIONS");
        HttpResponse<String> post = peer.ask("POST", "/readyz");
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("allow")).hasValue("GET, HEAD, OPTIONS");
        assertThat(peer.ask("OPTIONS", "/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void countsMethodsThatSomebodyInventsAsOne() {
        for (String method : List.of("BREW", "WHEN", "alice@example.org")) {
            // The parser takes any word; what becomes of it is not the question here.
            peer.raw(method + " /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        }
        assertThat(peer.get("/metrics").body())
                .contains("method=\"other\"")
                .doesNotContain("BREW", "WHEN", "alice@example.org");
    }

    @Test
    void saysWhatIsWrongAsAProblem() {
        HttpResponse<String> answer = peer.get("/nothing/here");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(new JsonObject(answer.body()))
                .isEqualTo(new JsonObject("{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404}"));
    }

    @Test
    void tellsBrowsersToKeepAndRunNothingAndNobodyWhatItIs() {
        for (String target : List.of("/healthz", "/nothing", "/metrics")) {
            var headers = peer.get(target).headers();
            assertThat(headers.firstValue("cache-control")).hasValue("no-store");
            assertThat(headers.firstValue("x-content-type-options")).hasValue("nosniff");
            assertThat(headers.firstValue("content-security-policy").orElse("")).contains("default-src 'none'");
            assertThat(headers.map()).doesNotContainKeys("server", "x-powered-by");
        }
    }

    @Test
    void refusesWhatIsTooLongOrNoHttp() {
        String end = " HTTP/1.1\r\nHost: localhost\r\n";
        assertThat(peer.raw("GET /" + "a".repeat(5000) + end + "\r\n")).matches("(?s)HTTP/1.[01] 414 .*");
        assertThat(peer.raw("GET /healthz" + end + "X: " + "a".repeat(9000) + "\r\n\r\n"))
                .matches("(?s)HTTP/1.[01] 431 .*")
                .contains("application/problem+json");
        for (String target : List.of("/healthz?a=%zz", "/api/v1/mailboxes/%zz", "/%", "/..%2f..%2fetc/passwd", "//")) {
            assertThat(peer.raw("GET " + target + end + "Connection: close\r\n\r\n"))
                    .matches("(?s)HTTP/1.1 40[014] .*application/problem\\+json.*");
        }
        for (String request : List.of("OPTIONS /%zz", "GET /api/%zz")) {
            assertThat(peer.raw(request + end + "Connection: close\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        }
        assertThat(peer.raw("no HTTP at all\r\n\r\n")).matches("(?s)HTTP/1.[01] 400 .*");
        assertThat(peer.raw("GET /healthz" + end + "Content-Length: -1\r\n\r\n"))
                .matches("(?s)HTTP/1.[01] 400 .*");
    }

    @Test
    void takesNoBody() {
        String head = "POST /healthz HTTP/1.1\r\nHost: localhost\r\n";
        assertThat(peer.raw(head + "Content-Length: 5\r\n\r\n12345")).startsWith("HTTP/1.1 413 ");
        assertThat(peer.raw(head + "Content-Length: 99999999999\r\n\r\n12345")).startsWith("HTTP/1.1 413 ");
        assertThat(peer.raw(head + "Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n"))
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    void closesOneConnectionTooMany() throws IOException {
        List<Socket> connections = new ArrayList<>();
        try {
            do {
                assertThat(connections.size()).isLessThanOrEqualTo(MOST_CONNECTIONS);
                connections.add(new Socket(InetAddress.getLoopbackAddress(), peer.port()));
            } while (isServed(connections.get(connections.size() - 1)));
        } finally {
            for (Socket connection : connections) {
                connection.close();
            }
        }
        assertThat(agent.log()).noneMatch(line -> line.contains("level=error"));
    }

    private static boolean isServed(Socket connection) throws IOException {
        connection.setSoTimeout(60_000);
        try {
            connection
                    .getOutputStream()
                    .write("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return connection.getInputStream().read() >= 0;
        } catch (SocketException reset) {
            return false;
        }
    }
}
