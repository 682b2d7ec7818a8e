package dev.postern.recording;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Remarks and connections in the order in which they began; the format is in {@code resources/dev/postern/README.md}.
 */
final class Transcript {

    /** The secret of a login session, for which the file has another of the same length. */
    private static final Pattern TOKEN = Pattern.compile("auth_token=[0-9a-f]{40}");

    private static final String MADE_UP = "auth_token=0123456789abcdef0123456789abcdef01234567";

    private final List<List<String>> blocks = new ArrayList<>();
    private int connections;

    synchronized void remark(String text) {
        blocks.add(new ArrayList<>(List.of("# " + text)));
    }

    /** A connection begins. */
    synchronized TranscriptConnection connection() {
        List<String> lines = new ArrayList<>();
        blocks.add(lines);
        connections++;
        return new TranscriptConnection(lines);
    }

    synchronized int connections() {
        return connections;
    }

    /** The whole file: an empty line between connections, remarks on top of what they caused. */
    synchronized String text() {
        StringBuilder text = new StringBuilder();
        for (List<String> lines : blocks) {
            lines.forEach(line -> text.append(line).append('\n'));
            if (!lines.isEmpty() && !lines.get(0).startsWith("#")) {
                text.append('\n');
            }
        }
        return text.toString().strip() + "\n";
    }

    private synchronized void add(List<String> lines, String line) {
        lines.add(line);
    }

    /** One connection's lines. */
    final class TranscriptConnection {
        private final List<String> lines;

        private TranscriptConnection(List<String> lines) {
            this.lines = lines;
        }

        void received(String bytes) {
            add(lines, "C> " + escape(TOKEN.matcher(bytes).replaceAll(MADE_UP)));
        }

        void sent(String bytes) {
            add(lines, "S> " + escape(TOKEN.matcher(bytes).replaceAll(MADE_UP)));
        }

        void ended() {
            add(lines, "C> <EOF>");
        }
    }

    /**
     * As dovecot's documentation writes bytes: TAB, LF, CR and backslash by their letters, others that do not print in
     * hex.
     */
    static String escape(String bytes) {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes.getBytes(ISO_8859_1)) {
            switch (b) {
                case '\t' -> text.append("\\t");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\\' -> text.append("\\\\");
                default -> text.append(b >= ' ' && b <= '~' ? String.valueOf((char) b) : "\\x%02x".formatted(b & 0xff));
            }
        }
        return text.toString();
    }
}
