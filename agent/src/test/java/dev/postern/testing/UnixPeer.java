package dev.postern.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** A client of a Unix socket under full control of the test, byte by byte if need be. */
public final class UnixPeer implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final SocketChannel channel;
    private final StringBuilder received = new StringBuilder();

    private UnixPeer(SocketChannel channel) {
        this.channel = channel;
    }

    public static UnixPeer connect(Path socket) {
        try {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            return new UnixPeer(channel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public UnixPeer send(String text) {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends all of it, however long the other side takes to read. */
    public UnixPeer send(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        Await.until(() -> offer(buffer) == 0, TIMEOUT, () -> "not read by the other side");
        return this;
    }

    /** Sends what the other side takes now; how much is left. */
    public int offer(ByteBuffer buffer) {
        try {
            channel.write(buffer);
            return buffer.remaining();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Shuts down the output and still reads. */
    public UnixPeer shutdownOutput() {
        try {
            channel.shutdownOutput();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One line, without its LF. */
    public String readLine() {
        return read(received.indexOf("\n") >= 0, "\n");
    }

    /** What is inside the next netstring; ASCII. */
    public String readNetstring() {
        int length = Integer.parseInt(read(received.indexOf(":") >= 0, ":"));
        String text = read(length);
        if (!read(1).equals(",")) {
            throw new AssertionError("no netstring: " + text);
        }
        return text;
    }

    /** As many characters. */
    public String read(int count) {
        while (received.length() < count) {
            if (!receive()) {
                throw new AssertionError("closed after: " + received);
            }
        }
        String text = received.substring(0, count);
        received.delete(0, count);
        return text;
    }

    /** Everything until the other side closes. */
    public String readToEnd() {
        while (receive()) {
            // Until the end.
        }
        String all = received.toString();
        received.setLength(0);
        return all;
    }

    private String read(boolean there, String end) {
        boolean found = there;
        while (!found) {
            if (!receive()) {
                throw new AssertionError("closed after: " + received);
            }
            found = received.indexOf(end) >= 0;
        }
        int at = received.indexOf(end);
        String text = received.substring(0, at);
        received.delete(0, at + end.length());
        return text;
    }

    private boolean receive() {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        try (Selector selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_READ);
            if (selector.select(TIMEOUT.toMillis()) == 0) {
                throw new AssertionError("nothing received within " + TIMEOUT + " after: " + received);
            }
            if (channel.read(buffer) < 0) {
                return false;
            }
        } catch (IOException reset) {
            return false;
        }
        received.append(new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8));
        return true;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
