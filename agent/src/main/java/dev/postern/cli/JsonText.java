package dev.postern.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.postern.config.PrintableText;
import java.util.Locale;

/** What the API answers, read. */
final class JsonText {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonText() {}

    /** Missing when it is none. */
    static JsonNode read(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException none) {
            return MissingNode.getInstance();
        }
    }

    /** As a value of a document. */
    static String quoted(String text) {
        return TextNode.valueOf(text).toString();
    }

    /** A problem's detail as the end of a sentence; empty when there is none. */
    static String detail(String problem) {
        String detail = read(problem).path("detail").asText("");
        return detail.isEmpty() ? "" : ": " + detail;
    }

    /** The same document, with escapes for all characters that could steer a terminal. */
    static String printable(String document) {
        StringBuilder out = new StringBuilder(document.length());
        document.codePoints().forEach(c -> {
            if (PrintableText.isPlain(c)) {
                out.appendCodePoint(c);
            } else {
                for (char unit : Character.toChars(c)) {
                    out.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
                }
            }
        });
        return out.toString();
    }
}
