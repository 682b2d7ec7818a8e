package dev.postern.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;

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

    /** A problem's title and detail, as the end of a sentence. */
    static String detail(String problem) {
        JsonNode read = read(problem);
        String title = read.path("title").asText("");
        String detail = read.path("detail").asText("");
        return (title.isEmpty() ? "" : " " + title) + (detail.isEmpty() ? "" : ": " + detail);
    }
}
