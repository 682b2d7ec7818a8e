package dev.postern.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A socketmap server instead of the agent that answers what the test sets; everything else is {@code NOTFOUND}. */
public final class SocketmapStub implements AutoCloseable {

    private final Path path;
    private final ServerSocketChannel server;
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Set<SocketChannel> clients = ConcurrentHashMap.newKeySet();
    private volatile CountDownLatch answering = new CountDownLatch(0);

    private SocketmapStub(Path path, ServerSocketChannel server) {
        this.path = path;
        this.server = server;
    }

    /** Listens with the mode that the agent gives its socket. */
    public static SocketmapStub listen(Path path) {
        try {
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(path), 1024);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
            SocketmapStub stub = new SocketmapStub(path, server);
            daemon(stub::accept);
            return stub;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Sets the reply to one request.
     *
     * @param request map name, a space, key
     * @param reply as in socketmap_table(5), for instance {@code OK value}
     */
    public void answer(String request, String reply) {
        answers.put(request, reply);
    }

    /** Takes requests, and keeps its answers back. */
    public void freeze() {
        answering = new CountDownLatch(1);
    }

    /** Answers, late. */
    public void thaw() {
        answering.countDown();
    }

    /** Every request so far, in order. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** Ends as a stopped agent does: no socket, and no connection either. */
    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(path);
            for (SocketChannel client : clients) {
                client.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                clients.add(client);
                daemon(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            InputStream in = Channels.newInputStream(client);
            OutputStream out = Channels.newOutputStream(client);
            while (true) {
                String request = new String(netstring(in), UTF_8);
                requests.add(request);
                answering.await();
                byte[] reply = answers.getOrDefault(request, "NOTFOUND ").getBytes(UTF_8);
                out.write((reply.length + ":").getBytes(UTF_8));
                out.write(reply);
                out.write(',');
            }
        } catch (IOException | InterruptedException gone) {
            // The client closed the connection, as it does when it is idle.
        }
    }

    private static byte[] netstring(InputStream in) throws IOException {
        int length = 0;
        for (int c = in.read(); c != ':'; c = in.read()) {
            if (c < '0' || c > '9') {
                throw new EOFException();
            }
            length = length * 10 + c - '0';
        }
        byte[] payload = in.readNBytes(length);
        if (in.read() != ',') {
            throw new EOFException();
        }
        return payload;
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "socketmap-stub");
        thread.setDaemon(true);
        thread.start();
    }
}
