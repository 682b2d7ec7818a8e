package dev.postern.dovecot.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.net.ConnectionMemoryLimit;
import dev.postern.net.ListenException;
import dev.postern.net.UnixListener;
import dev.postern.pending.EventIntake;
import dev.postern.pending.PendingChanges;
import dev.postern.relay.RelayWindows;
import dev.postern.testing.Await;
import dev.postern.testing.UnixPeer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The events socket with real peers; the test answers for MySQL. */
class EventServerIT {

    private static final Duration FAREWELL = Duration.ofSeconds(10);
    private static final String LINE = "quota\tuser=alice@example.org\tbytes=1\tmessages=1\n";

    @TempDir
    Path directory;

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ConnectionMemoryLimit memory = new ConnectionMemoryLimit(1 << 20, meters);
    private final PendingChanges pending = new PendingChanges(100_000, 512, 1, InstantSource.system());
    private final EventIntake intake =
            new EventIntake(pending, new RelayWindows(Duration.ofMinutes(1), List.of(), 100), InstantSource.system());
    private Path socket;
    private EventServer server;

    @BeforeEach
    void start() throws Exception {
        socket = directory.resolve("e");
        server = server(2000);
        onLoop(() -> server.start()).await(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void answersInOrderOnceTheEventIsSafe() {
        try (UnixPeer peer = UnixPeer.connect(socket)) {
            peer.send(LINE + "nonsense\n" + LINE);
            awaitAccepted(2);
            flush();
            assertThat(peer.readLine()).isEqualTo("OK");
            assertThat(peer.readLine()).startsWith("ERR unknown kind");
            assertThat(peer.readLine()).isEqualTo("OK");
        }
    }

    @Test
    void aPeerThatHasSaidAllGetsItsAnswersAndThenTheEnd() {
        try (UnixPeer peer = UnixPeer.connect(socket)) {
            peer.send(LINE).shutdownOutput();
            awaitAccepted(1);
            flush();
            assertThat(peer.readToEnd()).isEqualTo("OK\n");
        }
    }

    @Test
    void aPeerThatIsGoneAtOnceHasStillTold() {
        UnixPeer.connect(socket).send(LINE).close();
        awaitAccepted(1);
    }

    /** The answer to the first line finds the peer gone. */
    @Test
    void aPeerThatIsGoneAtOnceHasToldAllOfIt() {
        CountDownLatch gone = new CountDownLatch(1);
        vertx.runOnContext(busy -> Await.until(() -> gone.getCount() == 0, Duration.ofSeconds(10), () -> "gone"));
        UnixPeer.connect(socket).send("nonsense\n" + LINE.repeat(1000)).close();
        gone.countDown();
        awaitAccepted(1000);
    }

    @Test
    void aPeerMayTellAllOfItBeforeItReads() {
        try (UnixPeer peer = UnixPeer.connect(socket)) {
            peer.send("x\n".repeat(300_000) + LINE).shutdownOutput();
            awaitAccepted(1);
            flush();
            assertThat(peer.readToEnd().lines()).hasSize(300_001).last().isEqualTo("OK");
        }
    }

    @Test
    void aHalfLineIsNoEvent() {
        try (UnixPeer peer = UnixPeer.connect(socket)) {
            peer.send(LINE.substring(0, 20)).shutdownOutput();
            assertThat(peer.readToEnd()).isEmpty();
        }
        assertThat(counted("truncated")).isEqualTo(1);
    }

    @Test
    void halfLinesOfSeveralPeersAreNotMixed() {
        try (UnixPeer one = UnixPeer.connect(socket);
                UnixPeer two = UnixPeer.connect(socket)) {
            one.send(LINE.substring(0, 20));
            two.send("nonsense");
            one.send(LINE.substring(20));
            two.send("\n");
            assertThat(two.readLine()).startsWith("ERR");
            awaitAccepted(1);
            flush();
            assertThat(one.readLine()).isEqualTo("OK");
        }
    }

    @Test
    void aLineTooLongIsRefusedAndTheConnectionClosed() {
        try (UnixPeer peer = UnixPeer.connect(socket)) {
            peer.send(LINE + "x".repeat(5000));
            awaitAccepted(1);
            flush();
            assertThat(peer.readToEnd()).isEqualTo("OK\nERR line too long\n");
        }
    }

    @Test
    void binaryIsRefusedLineByLine() {
        byte[] garbage = new byte[3000];
        new java.util.Random(7).nextBytes(garbage);
        garbage[0] = 0;
        garbage[garbage.length - 1] = '\n';
        try (UnixPeer peer = UnixPeer.connect(socket)) {
            peer.send(garbage).send(LINE);
            awaitAccepted(1);
            flush();
            assertThat(peer.readLine()).startsWith("ERR");
        }
    }

    @Test
    void busyWhileTheDatabaseIsAway() {
        try (UnixPeer peer = UnixPeer.connect(socket)) {
            peer.send(LINE);
            awaitAccepted(1);
            onLoop(() -> {
                intake.databaseUnavailable();
                return io.vertx.core.Future.succeededFuture();
            });
            assertThat(peer.readLine()).isEqualTo("BUSY");
            peer.send(LINE);
            assertThat(peer.readLine()).isEqualTo("BUSY");
            flush();
            peer.send(LINE);
            awaitAccepted(3);
            flush();
            assertThat(peer.readLine()).isEqualTo("OK");
        }
    }

    @Test
    void aPeerThatNeverReadsItsManyDifferentAnswersIsNotReadFromAndHurtsNobody() {
        try (UnixPeer deaf = UnixPeer.connect(socket);
                UnixPeer other = UnixPeer.connect(socket)) {
            ByteBuffer flood =
                    ByteBuffer.wrap("x\nquota\n".repeat(1_000_000).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            int[] left = {flood.remaining(), 0};
            Await.until(
                    () -> {
                        int now = deaf.offer(flood);
                        left[1] = now == left[0] ? left[1] + 1 : 0;
                        left[0] = now;
                        return left[1] > 50;
                    },
                    Duration.ofSeconds(20),
                    () -> "never paused");
            assertThat(left[0]).isPositive();
            other.send(LINE);
            awaitAccepted(1);
            flush();
            assertThat(other.readLine()).isEqualTo("OK");
        }
    }

    @Test
    void aThousandIdlePeersDoNotMatter() {
        List<UnixPeer> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 1000; i++) {
                idle.add(UnixPeer.connect(socket));
            }
            try (UnixPeer peer = UnixPeer.connect(socket)) {
                peer.send(LINE);
                awaitAccepted(1);
                flush();
                assertThat(peer.readLine()).isEqualTo("OK");
            }
            idle.forEach(peer -> peer.send(LINE));
            awaitAccepted(1001);
            flush();
            idle.forEach(peer -> assertThat(peer.readLine()).isEqualTo("OK"));
        } finally {
            idle.forEach(UnixPeer::close);
        }
    }

    @Test
    void connectionsAreBounded() throws Exception {
        Path small = directory.resolve("small");
        EventServer bounded = server(small, 1, FAREWELL);
        onLoop(bounded::start).await(10, TimeUnit.SECONDS);
        try (UnixPeer first = UnixPeer.connect(small)) {
            first.send("x\n").readLine();
            try (UnixPeer second = UnixPeer.connect(small)) {
                assertThat(second.readToEnd()).isEmpty();
            }
        }
        assertThat(meters.counter("postern.connections.refused", "socket", "small")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void theSocketHasItsModeAndGoesWithTheServer() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-rw----");
        onLoop(() -> server.close()).await(10, TimeUnit.SECONDS);
        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void doesNotWaitForEverForWhatItOwes() throws Exception {
        Path hurried = directory.resolve("hurried");
        EventServer server = server(hurried, 10, Duration.ofMillis(100));
        onLoop(server::start).await(10, TimeUnit.SECONDS);
        try (UnixPeer peer = UnixPeer.connect(hurried)) {
            peer.send(LINE);
            awaitAccepted(1);
            onLoop(server::close).await(10, TimeUnit.SECONDS);
            assertThat(peer.readToEnd()).isEmpty();
        }
        assertThat(hurried).doesNotExist();
    }

    @Test
    void aSecondAgentIsTurnedAway() {
        EventServer second = server(10);
        assertThatThrownBy(() -> onLoop(second::start).await(10, TimeUnit.SECONDS))
                .isInstanceOf(ListenException.class)
                .hasMessageContaining("second agent");
        try (UnixPeer peer = UnixPeer.connect(socket)) {
            peer.send("x\n");
            assertThat(peer.readLine()).startsWith("ERR");
        }
    }

    @Test
    void whatACrashLeftIsReplaced() throws Exception {
        Path stale = directory.resolve("stale");
        bindAndAbandon(stale);
        EventServer after = server(stale, 10, FAREWELL);
        onLoop(after::start).await(10, TimeUnit.SECONDS);
        try (UnixPeer peer = UnixPeer.connect(stale)) {
            peer.send("x\n");
            assertThat(peer.readLine()).startsWith("ERR");
        }
    }

    @Test
    void whatIsNoSocketIsLeftAlone() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "precious");
        EventServer wrong = server(file, 10, FAREWELL);
        assertThatThrownBy(() -> onLoop(wrong::start).await(10, TimeUnit.SECONDS))
                .hasMessageContaining("is not a socket");
        assertThat(file).hasContent("precious");
    }

    private static void bindAndAbandon(Path path) throws IOException {
        try (ServerSocketChannel crashed = ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            crashed.bind(java.net.UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();
    }

    private EventServer server(int connections) {
        return server(socket, connections, FAREWELL);
    }

    private EventServer server(Path socket, int connections, Duration farewell) {
        return new EventServer(
                vertx,
                intake,
                InstantSource.system(),
                (delay, action) -> {
                    long timer = vertx.setTimer(delay.toMillis(), due -> action.run());
                    return () -> vertx.cancelTimer(timer);
                },
                meters,
                new UnixListener.ListenerOptions(socket, 0660, null, connections, farewell, memory));
    }

    private double counted(String reason) {
        return meters.counter("postern.events.rejected", "reason", reason).count();
    }

    private void awaitAccepted(int events) {
        Await.until(
                () -> meters.counter("postern.events", "kind", "quota", "source", "socket")
                                .count()
                        >= events,
                Duration.ofSeconds(10),
                () -> "events accepted");
    }

    private void flush() {
        try {
            onLoop(() -> {
                        while (pending.poll() != null) {
                            pending.confirm();
                        }
                        intake.flushed();
                        return io.vertx.core.Future.succeededFuture();
                    })
                    .await(10, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private <T> io.vertx.core.Future<T> onLoop(Callable<io.vertx.core.Future<T>> work) {
        io.vertx.core.Promise<T> done = io.vertx.core.Promise.promise();
        vertx.runOnContext(now -> {
            try {
                work.call().onComplete(done);
            } catch (Exception e) {
                done.fail(e);
            }
        });
        return done.future();
    }
}
