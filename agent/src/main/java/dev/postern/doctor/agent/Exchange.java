package dev.postern.doctor.agent;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Timer;
import java.util.TimerTask;

/** One question over a Unix socket and as much of the answer as ends like this, within a few seconds. */
public final class Exchange {

    private static final Duration PATIENCE = Duration.ofSeconds(7);

    /** Bytes; nothing that is asked here has an answer half as long. */
    private static final int LONGEST = 1 << 16;

    private Exchange() {}

    /** Whether somebody listens; fails as {@link #ask} does. */
    public static void connect(Path socket) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
        }
    }

    /**
     * Asks, and waits.
     *
     * @param end of the answer
     * @throws IOException when nobody listens, or the answer does not come or breaks off
     */
    public static String ask(Path socket, String question, String end) throws IOException {
        Timer clock = new Timer("deadline of " + socket, true);
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            clock.schedule(closing(channel), PATIENCE.toMillis());
            channel.connect(UnixDomainSocketAddress.of(socket));
            ByteBuffer out = ByteBuffer.wrap(question.getBytes(StandardCharsets.UTF_8));
            while (out.hasRemaining()) {
                channel.write(out);
            }
            return read(channel, end);
        } catch (AsynchronousCloseException late) {
            throw new IOException("no answer within " + PATIENCE.toSeconds() + " s", late);
        } finally {
            clock.cancel();
        }
    }

    /** What Postfix's socketmap client asks, and the reply without its length. */
    public static String socketmap(Path socket, String map, String key) throws IOException {
        String question = map + " " + key;
        String reply = ask(socket, question.getBytes(StandardCharsets.UTF_8).length + ":" + question + ",", ",");
        return reply.substring(reply.indexOf(':') + 1, reply.length() - 1);
    }

    private static String read(SocketChannel channel, String end) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(LONGEST);
        while (in.hasRemaining()) {
            if (channel.read(in) < 0) {
                throw new IOException("it closed the connection without an answer");
            }
            String text = new String(in.array(), 0, in.position(), StandardCharsets.UTF_8);
            if (text.endsWith(end)) {
                return text;
            }
        }
        throw new IOException("the answer does not end");
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
