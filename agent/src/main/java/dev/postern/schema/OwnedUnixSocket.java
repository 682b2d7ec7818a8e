package dev.postern.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.jspecify.annotations.Nullable;

/**
 * A Unix socket in the form of a {@link Socket}, which serves this process only when a certain account listens there.
 * For one thread.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized")
final class OwnedUnixSocket extends Socket {

    private final Path path;
    private final String owner;
    private final Selector selector;
    private final SocketChannel channel;
    private int timeoutMillis;

    /**
     * A socket that is not connected.
     *
     * @param owner account that may listen there, by name or number, beside root and this process's own
     */
    OwnedUnixSocket(Path path, String owner) {
        this.path = path;
        this.owner = owner;
        try {
            selector = Selector.open();
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The address is the driver's idea of it; the path counts. */
    @Override
    public void connect(SocketAddress ignored, int timeoutMillis) throws IOException {
        channel.connect(UnixDomainSocketAddress.of(path));
        UnixDomainPrincipal peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
        if (!isTrusted(peer.user())) {
            close();
            throw new UntrustedSocketException(path, peer.user().getName());
        }
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
    }

    private boolean isTrusted(UserPrincipal user) throws IOException {
        for (String name : List.of("root", System.getProperty("user.name", "root"), owner)) {
            if (user.equals(account(name))) {
                return true;
            }
        }
        return false;
    }

    private @Nullable UserPrincipal account(String name) throws IOException {
        try {
            return path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name);
        } catch (UserPrincipalNotFoundException none) {
            return null;
        }
    }

    @Override
    public boolean isConnected() {
        return channel.isConnected();
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                ByteBuffer buffer = ByteBuffer.wrap(into, offset, length);
                for (int count = channel.read(buffer); ; count = channel.read(buffer)) {
                    if (count != 0 || length == 0) {
                        return count;
                    }
                    await(SelectionKey.OP_READ);
                }
            }
        };
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                write(new byte[] {(byte) octet}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                ByteBuffer buffer = ByteBuffer.wrap(from, offset, length);
                while (buffer.hasRemaining()) {
                    if (channel.write(buffer) == 0) {
                        await(SelectionKey.OP_WRITE);
                    }
                }
            }
        };
    }

    private void await(int operation) throws IOException {
        channel.keyFor(selector).interestOps(operation);
        if (selector.select(timeoutMillis) == 0) {
            throw new SocketTimeoutException("no answer from " + path);
        }
        selector.selectedKeys().clear();
    }

    @Override
    public void setSoTimeout(int timeoutMillis) {
        this.timeoutMillis = timeoutMillis;
    }

    @Override
    public int getSoTimeout() {
        return timeoutMillis;
    }

    @Override
    public void setTcpNoDelay(boolean on) {
        // Unix sockets have no such delay.
    }

    @Override
    public void setKeepAlive(boolean on) {
        // The other end is on this host.
    }

    @Override
    public void setSoLinger(boolean on, int seconds) {
        // As above.
    }

    @Override
    public void shutdownInput() throws IOException {
        channel.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        selector.close();
    }
}
