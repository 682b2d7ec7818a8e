package dev.postern.postfix.socketmap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.LookupResult;
import dev.postern.model.Timers;
import dev.postern.net.ConnectionMemoryLimit;
import dev.postern.net.UnixListener;
import dev.postern.testing.Await;
import dev.postern.testing.RealServers;
import dev.postern.testing.TestCommand;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server on a real socket: asked by Postfix's own {@code postmap}, and by peers that are up to no good. */
@Timeout(60)
class SocketmapServerIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration DEADLINE = Duration.ofMillis(300);
    private static final String FULL = "452 4.2.2 Mailbox is over quota";

    private static Vertx vertx;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    @TempDir
    Path directory;

    private Path socket;
    private SocketmapServer server;

    @BeforeAll
    static void startLoop() {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
    }

    @AfterAll
    static void stopLoop() {
        await(vertx.close());
    }

    @BeforeEach
    void start() throws IOException {
        // Postfix's programs wait two seconds for a file that has just been written to stay as it is.
        Files.setLastModifiedTime(Files.createFile(directory.resolve("main.cf")), FileTime.fromMillis(0));
        socket = directory.resolve("lookup");
        startServer();
    }

    @AfterEach
    void stop() {
        stopServer();
        assertThat(socket).doesNotExist();
    }

    @Test
    void postmapFindsAndMisses() {
        assertThat(postmap("full@example.org")).isEqualTo(new TestCommand.CommandResult(0, FULL + "\n"));
        assertThat(postmap("room@example.org")).isEqualTo(new TestCommand.CommandResult(1, ""));
        assertThat(postmap("aé \"b\"@example.org").status()).isEqualTo(1);
        assertThat(asked).containsExactly("full@example.org", "room@example.org", "aé \"b\"@example.org");
    }

    @Test
    void postmapHearsOfTemporaryFailures() {
        assertThat(postmap("down@example.org").output()).contains("temporary error: database is down");
        assertThat(postmap("silent@example.org").output()).contains("temporary error: lookup timed out");
        assertThat(postmap("bug@example.org").output()).contains("temporary error: internal error");
        assertThat(postmap("digits@example.org").output()).contains("temporary error: unusable value");
        assertThat(postmap("empty@example.org").output()).contains("temporary error: unusable value");
        assertThat(run("full@example.org", "nomap").output()).contains("unknown map");
    }

    @Test
    void postmapTakesTheLongestReplyAndNoLongerOneIsSent() {
        assertThat(postmap("99997@example.org").output()).hasSize(99_998);
        assertThat(postmap("99998@example.org").output()).contains("temporary error: unusable value");
    }

    @Test
    void postmapAsksManyKeysOnOneConnection() throws IOException {
        StringBuilder keys = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            keys.append(i % 2 == 0 ? "full" : "room").append(i).append("@example.org\n");
            expected.append(i % 2 == 0 ? "full" + i + "@example.org\t" + FULL + "\n" : "");
        }
        Path file = Files.writeString(directory.resolve("keys"), keys);
        TestCommand.CommandResult result = TestCommand.of(
                        "sh", "-c", "exec postmap -c \"$1\" -q - \"$2\" < \"$3\"", "-", directory, map("quota"), file)
                .run();
        assertThat(result).isEqualTo(new TestCommand.CommandResult(0, expected.toString()));
    }

    @Test
    void aRestartBetweenTwoLookupsIsNotSeen() throws IOException, InterruptedException {
        RealServers.require("postmap");
        Path output = directory.resolve("output");
        // Postfix's daemons ignore SIGPIPE, postmap by itself does not.
        String command = "trap '' PIPE; exec postmap -c \"$1\" -q - \"$2\"";
        Process postmap = new ProcessBuilder("sh", "-c", command, "-", directory.toString(), map("quota"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            postmap.getOutputStream().write("full1@example.org\n".getBytes(UTF_8));
            postmap.getOutputStream().flush();
            Await.until(() -> asked.contains("full1@example.org"), TIMEOUT, () -> "asked: " + asked);
            Await.until(() -> found() == 1, TIMEOUT, () -> "found: " + found());
            stopServer();
            startServer();
            postmap.getOutputStream().write("full2@example.org\n".getBytes(UTF_8));
            postmap.getOutputStream().close();
            assertThat(postmap.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            postmap.destroyForcibly();
        }
        assertThat(postmap.exitValue()).as(Files.readString(output)).isZero();
        assertThat(output).content().isEqualTo("full1@example.org\t" + FULL + "\nfull2@example.org\t" + FULL + "\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "20:quota full@example.org,",
                "23:quota full@example.org,x",
                "-1:x,",
                ":,",
                "quota full@example.org\n",
                "99999999999:x,",
                "10001:x",
                "\0\0\0\0",
                "GET / HTTP/1.1\r\n\r\n"
            })
    void brokenFramingEndsThatConnectionAlone(String bytes) throws IOException {
        try (SmtpdPeer other = new SmtpdPeer();
                SmtpdPeer broken = new SmtpdPeer()) {
            other.send("22:quota full@example.org,");
            broken.send(bytes);
            assertThat(broken.readAll()).isIn("", netstring("OK " + FULL));
            other.send("22:quota room@example.org,");
            assertThat(other.read(netstring("OK " + FULL).length() + 12))
                    .isEqualTo(netstring("OK " + FULL) + "9:NOTFOUND ,");
        }
        assertThat(meters.get("postern.socketmap.dropped").counter().count()).isEqualTo(1);
    }

    @Test
    void aHalfRequestHasNoEffectWhenItsPeerGoes() throws IOException {
        try (SmtpdPeer half = new SmtpdPeer()) {
            half.send("22:quota full@exa");
        }
        assertThat(postmap("room@example.org").status()).isEqualTo(1);
        assertThat(asked).containsExactly("room@example.org");
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrderAndLateAnswersNever() throws IOException {
        try (SmtpdPeer peer = new SmtpdPeer()) {
            peer.send("22:quota late@example.org,22:quota full@example.org,22:quota room@example.org,");
            String expected = netstring("TEMP lookup timed out") + netstring("OK " + FULL) + "9:NOTFOUND ,";
            assertThat(peer.read(expected.length())).isEqualTo(expected);
            // The late answer comes 100 ms after the deadline; what is asked after that must get its own.
            peer.send("24:quota silent@example.org,22:quota room@example.org,");
            expected = netstring("TEMP lookup timed out") + "9:NOTFOUND ,";
            assertThat(peer.read(expected.length())).isEqualTo(expected);
        }
    }

    @Test
    void aPeerThatNeverReadsCostsItselfOnly() throws IOException {
        try (SmtpdPeer deaf = new SmtpdPeer()) {
            String request = "23:quota 99997@example.org,";
            int sent = deaf.sendUntilStuck(request.repeat(100));
            assertThat(sent).isLessThan(4_000_000);
            int answered = asked.size();
            assertThat(answered).isLessThan(200);
            assertThat(postmap("full@example.org").status()).isZero();
            assertThat(asked).hasSize(answered + 1);

            // It has lost nothing when it reads after all.
            String reply = netstring("OK " + "x".repeat(99_997));
            for (int i = 0; i < Math.min(300, sent / request.length()); i++) {
                assertThat(deaf.read(reply.length())).isEqualTo(reply);
            }
        }
        assertThat(postmap("room@example.org").status()).isEqualTo(1);
    }

    @Test
    void aThousandSilentConnectionsAreKept() throws IOException {
        List<SmtpdPeer> peers = new ArrayList<>();
        try {
            for (int i = 0; i < 1000; i++) {
                peers.add(new SmtpdPeer());
            }
            for (int round = 0; round < 2; round++) {
                for (SmtpdPeer peer : peers) {
                    peer.send("22:quota room@example.org,");
                }
                for (SmtpdPeer peer : peers) {
                    assertThat(peer.read(12)).isEqualTo("9:NOTFOUND ,");
                }
                assertThat(postmap("full@example.org").output()).isEqualTo(FULL + "\n");
            }
        } finally {
            for (SmtpdPeer peer : peers) {
                peer.close();
            }
        }
    }

    private void startServer() {
        Timers timers = (delay, action) -> {
            long timer = vertx.setTimer(delay.toMillis(), due -> action.run());
            return () -> vertx.cancelTimer(timer);
        };
        server = new SocketmapServer(
                vertx,
                new UnixListener.ListenerOptions(
                        socket, 0660, null, 2000, Duration.ofSeconds(10), new ConnectionMemoryLimit(8 << 20, meters)),
                Map.of("quota", this::lookup),
                timers,
                DEADLINE,
                meters);
        onLoop(server::start);
    }

    private void stopServer() {
        onLoop(server::close);
    }

    private static void onLoop(Supplier<Future<Void>> work) {
        Promise<Void> done = Promise.promise();
        vertx.runOnContext(now -> work.get().onComplete(done));
        await(done.future());
    }

    private Future<LookupResult> lookup(String key) {
        asked.add(key);
        String user = key.substring(0, key.indexOf('@'));
        if (user.matches("\\d+")) {
            return found("x".repeat(Integer.parseInt(user)));
        }
        return switch (user.replaceAll("\\d", "")) {
            case "full" -> found(FULL);
            case "digits" -> found("452");
            case "empty" -> found("");
            case "down" -> Future.succeededFuture(new LookupResult.TempFail("database is down"));
            case "bug" -> throw new IllegalStateException("a bug");
            case "silent" -> vertx.timer(10, TimeUnit.SECONDS).map(LookupResult.MISSING);
            case "late" ->
                vertx.timer(DEADLINE.toMillis() + 100, TimeUnit.MILLISECONDS).map(new LookupResult.Found("permit"));
            default -> Future.succeededFuture(LookupResult.MISSING);
        };
    }

    private static Future<LookupResult> found(String value) {
        return Future.succeededFuture(new LookupResult.Found(value));
    }

    private double found() {
        return meters.get("postern.lookups")
                .tags("map", "quota", "answer", "found")
                .counter()
                .count();
    }

    private TestCommand.CommandResult postmap(String key) {
        return run(key, "quota");
    }

    private TestCommand.CommandResult run(String key, String map) {
        RealServers.require("postmap");
        return TestCommand.of(RealServers.find("postmap"), "-c", directory, "-q", key, map(map))
                .run();
    }

    private String map(String name) {
        return "socketmap:unix:" + socket + ":" + name;
    }

    private static String netstring(String payload) {
        return payload.length() + ":" + payload + ",";
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError(late);
        }
    }

    /** Another peer than Postfix. */
    private final class SmtpdPeer implements AutoCloseable {

        private final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);

        SmtpdPeer() throws IOException {
            channel.connect(UnixDomainSocketAddress.of(socket));
        }

        void send(String bytes) throws IOException {
            channel.write(ByteBuffer.wrap(bytes.getBytes(UTF_8)));
        }

        /** Sends over and over until nothing is taken for a second; how many bytes were. */
        int sendUntilStuck(String bytes) throws IOException {
            channel.configureBlocking(false);
            ByteBuffer buffer = ByteBuffer.wrap(bytes.getBytes(UTF_8));
            int[] sent = {0};
            long[] last = {System.nanoTime()};
            Await.until(
                    () -> {
                        int taken = write(buffer);
                        sent[0] += taken;
                        last[0] = taken > 0 ? System.nanoTime() : last[0];
                        return System.nanoTime() - last[0] > 1_000_000_000L;
                    },
                    Duration.ofSeconds(30),
                    () -> "still takes more after " + sent[0]);
            channel.configureBlocking(true);
            return sent[0];
        }

        private int write(ByteBuffer buffer) {
            try {
                buffer.position(buffer.hasRemaining() ? buffer.position() : 0);
                return channel.write(buffer);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String read(int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(length);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
            return new String(buffer.array(), 0, buffer.position(), UTF_8);
        }

        String readAll() throws IOException {
            return read(10_000);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
