package dev.postern.postfix.socketmap;

import dev.postern.model.FailureText;
import dev.postern.model.LookupResult;
import dev.postern.net.FramingException;
import dev.postern.net.NetstringCodec;
import dev.postern.net.PeerException;
import dev.postern.net.UnixSocketClient;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Sends lookups to a running agent as Postfix does: socketmap_table(5). Blocks: for commands, never for the event loop.
 */
public final class SocketmapClient {

    /** Bytes; what Postfix takes at most. */
    private static final int MAX_REPLY_LENGTH = 100_000;

    private static final int READ_BYTES = 8192;

    private final Path socket;
    private final Duration timeout;

    /**
     * Connects to nothing yet.
     *
     * @param patience for connecting, asking and the whole reply together
     */
    public SocketmapClient(Path socket, Duration patience) {
        this.socket = socket;
        this.timeout = patience;
    }

    /** Sends a lookup and waits for its result. */
    public LookupResult ask(String map, String key) {
        try {
            return answer(reply(map, key));
        } catch (SocketTimeoutException late) {
            return new LookupResult.TempFail("no answer from " + socket + " within " + timeout.toSeconds() + " s");
        } catch (IOException e) {
            return new LookupResult.TempFail("cannot ask the agent at " + socket + ": " + FailureText.of(e));
        }
    }

    /** Sends a lookup and waits for its reply as it is: status, space, text. */
    public String reply(String map, String key) throws IOException {
        try (UnixSocketClient agent = UnixSocketClient.connect(socket, timeout)) {
            agent.write(ByteBuffer.wrap(NetstringCodec.encode(map + " " + key).getBytes()));
            NetstringCodec replies = new NetstringCodec(MAX_REPLY_LENGTH);
            ByteBuffer in = ByteBuffer.allocate(READ_BYTES);
            for (Buffer reply = replies.next(); ; reply = replies.next()) {
                if (reply != null) {
                    return reply.toString(StandardCharsets.UTF_8);
                }
                agent.read(in.clear());
                replies.feed(Buffer.buffer().appendBytes(in.array(), 0, in.position()));
            }
        } catch (FramingException broken) {
            throw new PeerException("not a socketmap server: " + broken.getMessage(), broken);
        }
    }

    private LookupResult answer(String reply) {
        int blank = reply.indexOf(' ');
        String word = blank < 0 ? reply : reply.substring(0, blank);
        String rest = blank < 0 ? "" : reply.substring(blank + 1);
        return switch (word) {
            case "OK" -> new LookupResult.Found(rest);
            case "NOTFOUND" -> LookupResult.MISSING;
            case "TEMP", "TIMEOUT", "PERM" -> new LookupResult.TempFail("the agent says " + word + ": " + rest);
            default -> new LookupResult.TempFail("the server at " + socket + " is not a socketmap server");
        };
    }
}
