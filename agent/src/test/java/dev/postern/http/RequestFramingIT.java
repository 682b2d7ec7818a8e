package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.config.AgentConfig;
import dev.postern.metrics.MetricsRegistry;
import dev.postern.testing.CapturedLog;
import dev.postern.testing.Ports;
import dev.postern.testing.SeededRandom;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Streams of requests, one behind another on one connection, some of them malformed, cut anywhere. What is strictly a
 * request is served; whatever is not, or has a body, is refused, and nothing behind it is served.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestFramingIT {

    private static final int STREAMS = 400;
    private static final String RESET = "(reset)";
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ");

    /** What becomes of a request, by the RFC alone. */
    private enum Fate {
        SERVED,
        SERVED_LAST,
        REFUSED
    }

    /** Lines of a head, and what each makes of a request that is valid otherwise. */
    private static final Map<String, Fate> LINES = Map.ofEntries(
            Map.entry("Accept: */*", Fate.SERVED),
            Map.entry("X-Empty:", Fate.SERVED),
            Map.entry("X-Tab:\t a\tb \t", Fate.SERVED),
            Map.entry("X-Colon: a:b: c", Fate.SERVED),
            Map.entry("X-Latin: \u00e9", Fate.SERVED),
            Map.entry("Content-Length: 0", Fate.SERVED),
            Map.entry("Connection: keep-alive", Fate.SERVED),
            Map.entry("Expect: nothing", Fate.SERVED),
            Map.entry("Upgrade: other/1", Fate.SERVED),
            Map.entry("Connection: close", Fate.SERVED_LAST),
            Map.entry("Connection: x , CLOSE", Fate.SERVED_LAST),
            Map.entry("Host: second", Fate.REFUSED),
            Map.entry("Host : first", Fate.REFUSED),
            Map.entry("Content-Length: 5", Fate.REFUSED),
            Map.entry("Content-Length: 0, 0", Fate.REFUSED),
            Map.entry("Content-Length: +0", Fate.REFUSED),
            Map.entry("Content-Length: -0", Fate.REFUSED),
            Map.entry("Content-Length: 0x0", Fate.REFUSED),
            Map.entry("Content-Length:", Fate.REFUSED),
            Map.entry("Content-Length : 0", Fate.REFUSED),
            Map.entry("Content-Length: 99999999999999999999", Fate.REFUSED),
            Map.entry("Transfer-Encoding: chunked", Fate.REFUSED),
            Map.entry("Transfer-Encoding: identity", Fate.REFUSED),
            Map.entry("Transfer-Encoding: x, chunked", Fate.REFUSED),
            Map.entry("Transfer-Encoding : chunked", Fate.REFUSED),
            Map.entry("no colon at all", Fate.REFUSED),
            Map.entry(": no name", Fate.REFUSED),
            Map.entry("X: bare\nX: line end", Fate.REFUSED),
            Map.entry("X: carriage\rreturn", Fate.REFUSED),
            Map.entry("X: nul\0", Fate.REFUSED),
            Map.entry("X\u0001: control", Fate.REFUSED));

    private static final Map<String, Fate> HOSTS = Map.of(
            "Host: a",
            Fate.SERVED,
            "hOST:\t127.0.0.1:8025\t",
            Fate.SERVED,
            "Host: [2001:db8::7]:80",
            Fate.SERVED,
            "Host:",
            Fate.SERVED,
            "X-No-Host: a",
            Fate.REFUSED,
            "Host: a b",
            Fate.REFUSED,
            "Host: a/b",
            Fate.REFUSED,
            "Host: a:b",
            Fate.REFUSED,
            "Host: a@b",
            Fate.REFUSED);

    private record Request(String text, Fate fate) {}

    private final AtomicInteger served = new AtomicInteger();
    private final int port = Ports.free();
    private Vertx vertx;
    private WebServer server;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        MetricsRegistry metrics = new MetricsRegistry();
        vertx = metrics.vertx(new VertxOptions().setEventLoopPoolSize(1));
        AgentConfig.HttpSection http = new AgentConfig.HttpSection(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                null,
                0600,
                null,
                null,
                null,
                directory.resolve("tokens"),
                1_000_000);
        ApiServices services =
                new ApiServices(metrics, this::readiness, null, address -> Future.failedFuture("not asked here"), null);
        server = new WebServer(
                vertx,
                new WebServer.WebServerOptions(http, 100),
                services,
                (delay, action) -> {
                    long id = vertx.setTimer(delay.toMillis(), due -> action.run());
                    return () -> vertx.cancelTimer(id);
                },
                metrics.registry());
        Promise<Void> started = Promise.promise();
        vertx.runOnContext(run -> server.start().onComplete(started));
        started.future().await();
    }

    @AfterAll
    void stop() {
        server.close().await();
        vertx.close().await();
    }

    private Future<Readiness> readiness() {
        served.incrementAndGet();
        // Later than the requests behind it are read.
        return vertx.timer(1, TimeUnit.MILLISECONDS)
                .map(due -> Readiness.of(
                        Readiness.ComponentStatus.UP,
                        Readiness.ComponentStatus.UP,
                        Readiness.ComponentStatus.OFF,
                        Map.of()));
    }

    @Test
    void nothingIsServedBehindWhatIsRefused() throws IOException {
        Random random = SeededRandom.random();
        try (CapturedLog log = CapturedLog.of(ApiRouter.class)) {
            for (int i = 0; i < STREAMS; i++) {
                List<Request> requests = requests(random);
                check(requests, send(requests, random));
            }
            assertThat(log.take()).isEmpty();
        }
    }

    /** As a load balancer asks whether a server is alive. */
    @Test
    void aRequestOfHttp10TakesNoHost() throws IOException {
        String request = "GET /readyz HTTP/1.0\r\n\r\n";
        List<Request> requests = List.of(new Request(request, Fate.SERVED_LAST));
        check(requests, send(requests, new Random(1)));
    }

    private void check(List<Request> requests, String answers) {
        int expected = 0;
        boolean refused = false;
        for (Request request : requests) {
            if (request.fate() == Fate.REFUSED) {
                refused = true;
                break;
            }
            expected++;
            if (request.fate() == Fate.SERVED_LAST) {
                break;
            }
        }
        List<Integer> statuses = statuses(answers);
        assertThat(served.getAndSet(0)).as("served of %s", requests).isEqualTo(expected);
        int answered = expected + (refused ? 1 : 0);
        assertThat(statuses.size()).as("%s", requests).isBetween(answers.endsWith(RESET) ? 0 : answered, answered);
        for (int i = 0; i < statuses.size(); i++) {
            int refusal = statuses.get(i) / 100;
            assertThat(refusal).as("%s", requests).isEqualTo(i < expected ? 2 : 4);
        }
    }

    /** Some requests, and at the end one that closes the connection. */
    private static List<Request> requests(Random random) {
        List<Request> requests = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            requests.add(request(random));
        }
        requests.add(new Request("GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", Fate.SERVED_LAST));
        return requests;
    }

    private static Request request(Random random) {
        Fate fate = Fate.SERVED;
        List<String> lines = new ArrayList<>();
        String host = random.nextInt(3) > 0 ? "Host: a" : one(HOSTS, random);
        lines.add(host);
        fate = worse(fate, HOSTS.get(host));
        for (int i = random.nextInt(3); i > 0; i--) {
            String line = one(LINES, random);
            boolean fits = line.startsWith("Host")
                    ? !host.startsWith("X-No-Host")
                    : lines.stream().noneMatch(other -> name(other).equals(name(line)));
            if (fits) {
                lines.add(random.nextInt(lines.size() + 1), line);
                fate = worse(fate, LINES.get(line));
            }
        }
        return new Request("GET /readyz HTTP/1.1\r\n" + String.join("\r\n", lines) + "\r\n\r\n", fate);
    }

    private static String name(String line) {
        return line.replaceAll("[ :].*", "");
    }

    private static Fate worse(Fate one, Fate other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static String one(Map<String, Fate> lines, Random random) {
        List<String> sorted = lines.keySet().stream().sorted().toList();
        return sorted.get(random.nextInt(sorted.size()));
    }

    /** All that the server sends until it closes. */
    private String send(List<Request> requests, Random random) throws IOException {
        StringBuilder text = new StringBuilder();
        requests.forEach(request -> text.append(request.text()));
        byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.setTcpNoDelay(true);
            int cut = random.nextInt(bytes.length);
            socket.getOutputStream().write(bytes, 0, cut);
            socket.getOutputStream().write(bytes, cut, bytes.length - cut);
            byte[] buffer = new byte[8192];
            for (int read = socket.getInputStream().read(buffer); read >= 0; ) {
                answers.write(buffer, 0, read);
                read = socket.getInputStream().read(buffer);
            }
        } catch (SocketException reset) {
            // It has closed with something unread; what it sent before may be lost.
            answers.writeBytes(RESET.getBytes(StandardCharsets.ISO_8859_1));
        }
        return answers.toString(StandardCharsets.ISO_8859_1);
    }

    private static List<Integer> statuses(String answers) {
        List<Integer> statuses = new ArrayList<>();
        for (Matcher status = STATUS.matcher(answers); status.find(); ) {
            statuses.add(Integer.parseInt(status.group(1)));
        }
        return statuses;
    }
}
