package dev.postern.cli;

import dev.postern.model.LookupResult;
import dev.postern.net.UnixSocketClient;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** One question to the running agent, as Postfix asks it: socketmap_table(5). */
final class SocketmapClient {

    /** Bytes; what Postfix takes at most. */
    private static final int MAX_REPLY_LENGTH = 100_000;

    private static final int MAX_DIGITS = 6;

    private final Path socket;
    private final Duration timeout;

    /**
     * Connects to nothing yet.
     *
     * @param patience for connecting, asking and the whole reply together
     */
    SocketmapClient(Path socket, Duration patience) {
        this.socket = socket;
        this.timeout = patience;
    }

    /** Asks, and waits. */
    LookupResult ask(String map, String key) {
        try (UnixSocketClient agent = UnixSocketClient.connect(socket, timeout)) {
            String question = map + " " + key;
            int length = question.getBytes(StandardCharsets.UTF_8).length;
            agent.write(StandardCharsets.UTF_8.encode(length + ":" + question + ","));
            return answer(read(agent));
        } catch (SocketTimeoutException late) {
            return new LookupResult.TempFail("no answer from " + socket + " within " + timeout.toSeconds() + " s");
        } catch (IOException e) {
            return new LookupResult.TempFail("cannot ask the agent at " + socket + ": " + e.getMessage());
        }
    }

    private static String read(UnixSocketClient agent) throws IOException {
        StringBuilder digits = new StringBuilder();
        for (byte b = take(agent, 1).get(); b != ':'; b = take(agent, 1).get()) {
            if (b < '0' || b > '9' || digits.length() == MAX_DIGITS) {
                throw new IOException("what answers there is no socketmap server");
            }
            digits.append((char) b);
        }
        int length = digits.isEmpty() ? MAX_REPLY_LENGTH + 1 : Integer.parseInt(digits.toString());
        if (length > MAX_REPLY_LENGTH) {
            throw new IOException("the reply is no netstring of at most " + MAX_REPLY_LENGTH + " bytes");
        }
        ByteBuffer reply = take(agent, length + 1);
        if (reply.get(length) != ',') {
            throw new IOException("the reply does not end where it says");
        }
        return StandardCharsets.UTF_8.decode(reply.limit(length)).toString();
    }

    private static ByteBuffer take(UnixSocketClient agent, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            agent.read(bytes);
        }
        return bytes.flip();
    }

    private LookupResult answer(String reply) {
        int blank = reply.indexOf(' ');
        String word = blank < 0 ? reply : reply.substring(0, blank);
        String rest = blank < 0 ? "" : reply.substring(blank + 1);
        return switch (word) {
            case "OK" -> new LookupResult.Found(rest);
            case "NOTFOUND" -> LookupResult.MISSING;
            case "TEMP", "TIMEOUT", "PERM" -> new LookupResult.TempFail("the agent says " + word + ": " + rest);
            default -> new LookupResult.TempFail("what answers at " + socket + " is no socketmap server");
        };
    }
}
