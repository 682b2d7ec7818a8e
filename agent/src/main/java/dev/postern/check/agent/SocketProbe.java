package dev.postern.check.agent;

import dev.postern.net.PeerException;
import dev.postern.net.UnixSocketClient;
import dev.postern.postfix.socketmap.SocketmapClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** One question over a Unix socket and as much of the answer as ends like this, within a few seconds. */
public final class SocketProbe {

    private static final Duration TIMEOUT = Duration.ofSeconds(7);

    /** Bytes; nothing that is asked here has an answer half as long. */
    private static final int MAX_LENGTH = 1 << 16;

    private SocketProbe() {}

    /** Whether a process listens; fails as {@link #ask} does. */
    public static void connect(Path socket) throws IOException {
        UnixSocketClient.connect(socket, TIMEOUT).close();
    }

    /**
     * Asks, and waits.
     *
     * @param end of the answer
     * @throws IOException without a listener, or when the answer does not come or breaks off
     */
    public static String ask(Path socket, String question, String end) throws IOException {
        try (UnixSocketClient client = UnixSocketClient.connect(socket, TIMEOUT)) {
            client.write(StandardCharsets.UTF_8.encode(question));
            return read(client, end);
        }
    }

    /** A lookup as Postfix sends it, and the reply: status, space, text. */
    public static String socketmap(Path socket, String map, String key) throws IOException {
        return new SocketmapClient(socket, TIMEOUT).reply(map, key);
    }

    private static String read(UnixSocketClient client, String end) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(MAX_LENGTH);
        while (in.hasRemaining()) {
            client.read(in);
            String text = new String(in.array(), 0, in.position(), StandardCharsets.UTF_8);
            if (text.endsWith(end)) {
                return text;
            }
        }
        throw new PeerException("the answer does not end");
    }
}
