package dev.postern.cli;

import dev.postern.model.Answer;
import dev.postern.net.Call;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** One question to the running agent, as Postfix asks it: socketmap_table(5). */
final class SocketmapClient {

    /** Bytes; what Postfix takes at most. */
    private static final int LONGEST_REPLY = 100_000;

    private static final int MOST_DIGITS = 6;

    private final Path socket;
    private final Duration patience;

    /**
     * Connects to nothing yet.
     *
     * @param patience for connecting, asking and the whole reply together
     */
    SocketmapClient(Path socket, Duration patience) {
        this.socket = socket;
        this.patience = patience;
    }

    /** Asks, and waits. */
    Answer ask(String map, String key) {
        try (Call agent = Call.to(socket, patience)) {
            String question = map + " " + key;
            int length = question.getBytes(StandardCharsets.UTF_8).length;
            agent.say(StandardCharsets.UTF_8.encode(length + ":" + question + ","));
            return answer(read(agent));
        } catch (SocketTimeoutException late) {
            return new Answer.TempFail("no answer from " + socket + " within " + patience.toSeconds() + " s");
        } catch (IOException e) {
            return new Answer.TempFail("cannot ask the agent at " + socket + ": " + e.getMessage());
        }
    }

    private static String read(Call agent) throws IOException {
        StringBuilder digits = new StringBuilder();
        for (byte b = take(agent, 1).get(); b != ':'; b = take(agent, 1).get()) {
            if (b < '0' || b > '9' || digits.length() == MOST_DIGITS) {
                throw new IOException("what answers there is no socketmap server");
            }
            digits.append((char) b);
        }
        int length = digits.isEmpty() ? LONGEST_REPLY + 1 : Integer.parseInt(digits.toString());
        if (length > LONGEST_REPLY) {
            throw new IOException("the reply is no netstring of at most " + LONGEST_REPLY + " bytes");
        }
        ByteBuffer reply = take(agent, length + 1);
        if (reply.get(length) != ',') {
            throw new IOException("the reply does not end where it says");
        }
        return StandardCharsets.UTF_8.decode(reply.limit(length)).toString();
    }

    private static ByteBuffer take(Call agent, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            agent.hear(bytes);
        }
        return bytes.flip();
    }

    private Answer answer(String reply) {
        int blank = reply.indexOf(' ');
        String word = blank < 0 ? reply : reply.substring(0, blank);
        String rest = blank < 0 ? "" : reply.substring(blank + 1);
        return switch (word) {
            case "OK" -> new Answer.Found(rest);
            case "NOTFOUND" -> Answer.MISSING;
            case "TEMP", "TIMEOUT", "PERM" -> new Answer.TempFail("the agent says " + word + ": " + rest);
            default -> new Answer.TempFail("what answers at " + socket + " is no socketmap server");
        };
    }
}
