package dev.postern.config;

import java.util.List;
import java.util.function.Function;

/**
 * How values of one kind are written.
 *
 * @param shape the TOML type
 * @param parser from the words between the quotes (or the digits); a list has one per element, all others exactly one
 * @param writer back into TOML; what it writes, the parser reads as an equal value
 */
record ValueType<T>(Shape shape, Function<List<String>, ParseResult<T>> parser, Function<T, String> writer) {

    /** TOML types in use. */
    enum Shape {
        TEXT("a text in quotes"),
        NUMBER("a whole number without quotes"),
        LIST("a list of texts: [\"…\", \"…\"]");

        final String words;

        Shape(String words) {
            this.words = words;
        }
    }

    static <T> ValueType<T> text(Function<String, ParseResult<T>> parser, Function<T, String> words) {
        return new ValueType<>(Shape.TEXT, raw -> parser.apply(raw.get(0)), value -> quote(words.apply(value)));
    }

    static ValueType<String> text(Function<String, ParseResult<String>> parser) {
        return text(parser, value -> value);
    }

    ParseResult<T> parse(List<String> words) {
        return parser.apply(words);
    }

    String write(T value) {
        return writer.apply(value);
    }

    /** A TOML basic string. */
    static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f) {
                out.append(String.format("\\u%04X", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
