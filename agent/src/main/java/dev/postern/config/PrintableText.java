package dev.postern.config;

/** Text of unknown origin, without what could end a line or steer a terminal. */
public final class PrintableText {

    private PrintableText() {}

    /** The text with {@code ?} for each such character, and cut. */
    public static String of(String text, int longest) {
        StringBuilder out = new StringBuilder();
        text.codePoints().limit(longest).forEach(c -> out.appendCodePoint(isPlain(c) ? c : '?'));
        return text.codePointCount(0, text.length()) > longest ? out + "…" : out.toString();
    }

    /** Whether a character neither ends a line nor steers a terminal. */
    public static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE -> false;
            default -> true;
        };
    }
}
