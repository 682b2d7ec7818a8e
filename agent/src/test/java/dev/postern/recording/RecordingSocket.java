package dev.postern.recording;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.postern.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A socket in the agent's place: writes down each read and each write of each connection. */
final class RecordingSocket implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Path path;
    private final ServerSocketChannel server;
    private final Supplier<Dialogue> dialogues;
    private final AtomicInteger open = new AtomicInteger();
    private volatile Transcript transcript = new Transcript();

    private RecordingSocket(Path path, ServerSocketChannel server, Supplier<Dialogue> dialogues) {
        this.path = path;
        this.server = server;
        this.dialogues = dialogues;
    }

    /** Listens, open to every account. */
    static RecordingSocket listen(Path path, Supplier<Dialogue> dialogues) {
        try {
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(path), 1024);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
            RecordingSocket socket = new RecordingSocket(path, server, dialogues);
            daemon(socket::accept);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Labels what comes next. */
    RecordingSocket remark(String text) {
        transcript.remark(text);
        return this;
    }

    /** Ends a transcript and begins the next, once at least so many connections have been made and all have ended. */
    String take(int connections) {
        Transcript done = transcript;
        Await.until(
                () -> done.connections() >= connections && open.get() == 0,
                TIMEOUT,
                () -> path + " is not at rest after " + done.text());
        transcript = new Transcript();
        return done.text();
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                open.incrementAndGet();
                Transcript.TranscriptConnection connection = transcript.connection();
                daemon(() -> serve(client, connection));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(SocketChannel client, Transcript.TranscriptConnection connection) {
        Dialogue dialogue = dialogues.get();
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        try (client) {
            while (client.read(buffer.clear()) >= 0) {
                String received = new String(buffer.array(), 0, buffer.position(), ISO_8859_1);
                connection.received(received);
                String reply = dialogue.answer(received);
                if (!reply.isEmpty()) {
                    client.write(ByteBuffer.wrap(reply.getBytes(ISO_8859_1)));
                    connection.sent(reply);
                }
            }
            connection.ended();
        } catch (IOException gone) {
            connection.ended();
        } finally {
            open.decrementAndGet();
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "recording");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
