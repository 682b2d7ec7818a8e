package dev.postern.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A Unix socket in front of a server, which can be taken away and put back: to the client as if the server were stopped
 * and started again.
 */
public final class SocketProxy implements AutoCloseable {

    private final Path path;
    private final SocketAddress target;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
    private ServerSocketChannel server;

    /**
     * @param path where to listen once it is opened
     * @param target the server behind it
     */
    public SocketProxy(Path path, SocketAddress target) {
        this.path = path;
        this.target = target;
    }

    /** Lets in every client that can reach the path. */
    public void open() {
        try {
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(path), 64);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
            ServerSocketChannel listening = server;
            daemon(() -> accept(listening));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Drops all connections and takes the socket away. */
    public void shut() {
        try {
            server.close();
            Files.deleteIfExists(path);
            for (SocketChannel connection : connections) {
                connection.close();
            }
            connections.clear();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        shut();
    }

    private void accept(ServerSocketChannel listening) {
        while (listening.isOpen()) {
            try {
                SocketChannel client = listening.accept();
                SocketChannel behind = SocketChannel.open(target);
                connections.add(client);
                connections.add(behind);
                daemon(() -> copy(client, behind));
                daemon(() -> copy(behind, client));
            } catch (IOException shut) {
                return;
            }
        }
    }

    private void copy(SocketChannel from, SocketChannel to) {
        try (from;
                to) {
            pump(from, to);
        } catch (IOException shut) {
            connections.remove(from);
            connections.remove(to);
        }
    }

    private static void pump(ByteChannel from, ByteChannel to) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
        while (from.read(buffer) >= 0) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                to.write(buffer);
            }
            buffer.clear();
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "gate");
        thread.setDaemon(true);
        thread.start();
    }
}
