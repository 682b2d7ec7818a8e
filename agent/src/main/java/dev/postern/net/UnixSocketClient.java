package dev.postern.net;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Timer;
import java.util.TimerTask;

/**
 * A conversation over a Unix socket. It blocks the caller, and is broken off at its deadline: for
 * commands, never for the event loop.
 *
 * <p>What is late fails with a {@link SocketTimeoutException}.
 */
public final class UnixSocketClient implements AutoCloseable {

    private final SocketChannel channel;
    private final Duration timeout;
    private final Timer clock = new Timer("deadline of a call", true);

    private UnixSocketClient(SocketChannel channel, Duration patience) {
        this.channel = channel;
        this.timeout = patience;
        // A channel has no timeout of its own; closing it releases the thread that waits for it.
        clock.schedule(closing(channel), patience.toMillis());
    }

    /**
     * Connects.
     *
     * @param patience for connecting and for everything after it together
     * @throws java.net.SocketException when no process listens there, or access is denied
     */
    public static UnixSocketClient connect(Path socket, Duration patience) throws IOException {
        UnixSocketClient client = new UnixSocketClient(SocketChannel.open(StandardProtocolFamily.UNIX), patience);
        try {
            client.channel.connect(UnixDomainSocketAddress.of(socket));
            return client;
        } catch (AsynchronousCloseException late) {
            throw client.late(late);
        } catch (IOException nobody) {
            client.close();
            throw nobody;
        }
    }

    public void write(ByteBuffer words) throws IOException {
        try {
            while (words.hasRemaining()) {
                channel.write(words);
            }
        } catch (AsynchronousCloseException late) {
            throw late(late);
        }
    }

    /** Waits for at least one byte more; fails when there will be none. */
    public void read(ByteBuffer into) throws IOException {
        try {
            if (channel.read(into) < 0) {
                throw new PeerException("it closed the connection without an answer");
            }
        } catch (AsynchronousCloseException late) {
            throw late(late);
        }
    }

    @Override
    public void close() throws IOException {
        clock.cancel();
        channel.close();
    }

    private SocketTimeoutException late(AsynchronousCloseException closed) {
        clock.cancel();
        SocketTimeoutException late = new SocketTimeoutException("no answer within " + timeout.toSeconds() + " s");
        late.initCause(closed);
        return late;
    }

    private static TimerTask closing(SocketChannel channel) {
        return new TimerTask() {
            @Override
            public void run() {
                try {
                    channel.close();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
    }
}
