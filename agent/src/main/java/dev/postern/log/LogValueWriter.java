package dev.postern.log;

/** A value as it may stand in a line, whatever it is. */
final class LogValueWriter {

    /** Characters; an address has at most 320, an SMTP reply 150. */
    static final int MAX_LENGTH = 500;

    private LogValueWriter() {}

    static void append(StringBuilder line, String value) {
        append(line, value, MAX_LENGTH);
    }

    /**
     * Appends a value.
     *
     * @param longest so many of its characters at most
     */
    static void append(StringBuilder line, String value, int longest) {
        if (isPlain(value, longest)) {
            line.append(value);
            return;
        }
        line.append('"');
        int end = Math.min(value.length(), longest);
        for (int i = 0; i < end; ) {
            int c = value.codePointAt(i);
            escape(line, c);
            i += Character.charCount(c);
        }
        line.append(value.length() > longest ? "…\"" : "\"");
    }

    /** A key is a constant of ours; should one ever not be, it still ends where it ends. */
    static void appendKey(StringBuilder line, String key) {
        for (int i = 0; i < key.length() && i < MAX_LENGTH; i++) {
            char c = key.charAt(i);
            line.append(isPlain(c) ? c : '_');
        }
    }

    private static boolean isPlain(String value, int longest) {
        return !value.isEmpty() && value.length() <= longest && value.chars().allMatch(LogValueWriter::isPlain);
    }

    private static boolean isPlain(int c) {
        return c > ' ' && c < 0x7f && c != '"' && c != '=' && c != '\\';
    }

    private static void escape(StringBuilder line, int c) {
        switch (c) {
            case '"' -> line.append("\\\"");
            case '\\' -> line.append("\\\\");
            case '\n' -> line.append("\\n");
            case '\r' -> line.append("\\r");
            case '\t' -> line.append("\\t");
            default -> {
                if (isVisible(c)) {
                    line.appendCodePoint(c);
                } else {
                    line.append(String.format("\\u%04X", c));
                }
            }
        }
    }

    /** Not what steers a terminal, turns the direction of writing, or is half a character. */
    private static boolean isVisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
