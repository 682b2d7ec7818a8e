package dev.postern.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import com.fasterxml.jackson.dataformat.toml.TomlReadFeature;
import java.util.List;
import java.util.stream.StreamSupport;

/** The file's TOML: into sections and keys that are known. */
final class TomlReader {

    /** Dates must not pass for texts. */
    private static final TomlMapper MAPPER =
            TomlMapper.builder().enable(TomlReadFeature.PARSE_JAVA_TIME).build();

    private final RawValues written;

    TomlReader(RawValues written) {
        this.written = written;
    }

    /**
     * Takes every value that has a place, and reports every other.
     *
     * @param file its name, for problems
     * @return false when it is not TOML at all, and no value is known
     */
    boolean read(String file, String toml) {
        try {
            if (MAPPER.readTree(toml) instanceof ObjectNode root) {
                root.properties().forEach(field -> section(field.getKey(), field.getValue()));
            }
            return true;
        } catch (JacksonException e) {
            written.report(ConfigProblem.of(file + position(e), "is not TOML: " + reason(e), "see https://toml.io"));
            return false;
        } catch (RuntimeException nested) {
            // What the parser throws for a document too deep to be one of ours.
            written.report(ConfigProblem.of(file, "is not readable TOML", "see https://toml.io"));
            return false;
        }
    }

    private static String position(JacksonException e) {
        JsonLocation at = e.getLocation();
        return at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
    }

    private static String reason(JacksonException e) {
        String said = e instanceof JsonProcessingException parsing ? parsing.getOriginalMessage() : e.getMessage();
        return ConfigProblem.printable(String.valueOf(said));
    }

    private void section(String name, JsonNode content) {
        List<String> names =
                ConfigKeys.SECTIONS.stream().map(ConfigKeys.KeySection::name).toList();
        ConfigKeys.SECTIONS.stream()
                .filter(section -> section.name().equals(name))
                .findFirst()
                .ifPresentOrElse(
                        section -> keys(section, content),
                        () -> written.report(content.isObject() ? unknownSection(name, names) : outside(name, names)));
    }

    private static ConfigProblem unknownSection(String name, List<String> names) {
        return ConfigProblem.of("[" + ConfigProblem.printable(name) + "]", "is no known section", meant(name, names));
    }

    private static ConfigProblem outside(String name, List<String> names) {
        List<String> owners = ConfigKeys.SECTIONS.stream()
                .filter(section ->
                        section.keys().stream().anyMatch(key -> key.name().equals(name)))
                .map(section -> "[" + section.name() + "]")
                .toList();
        String hint = owners.isEmpty() ? meant(name, names) : "write it below " + String.join(" or ", owners);
        return ConfigProblem.of(ConfigProblem.printable(name), "stands outside all sections", hint);
    }

    private void keys(ConfigKeys.KeySection section, JsonNode content) {
        written.present(section.name());
        if (!content.isObject()) {
            written.report(ConfigProblem.of(
                    section.name(), "is a section's name", "write [" + section.name() + "] and its keys below"));
            section.keys().forEach(written::misfit);
            return;
        }
        content.properties().forEach(field -> key(section, field.getKey(), field.getValue()));
    }

    private void key(ConfigKeys.KeySection section, String name, JsonNode value) {
        List<String> names =
                section.keys().stream().<String>map(ConfigKey::name).toList();
        section.keys().stream()
                .filter(key -> key.name().equals(name))
                .findFirst()
                .ifPresentOrElse(
                        key -> value(key, value),
                        () -> written.report(ConfigProblem.of(
                                section.name() + "." + ConfigProblem.printable(name),
                                "is not a known key",
                                meant(name, names))));
    }

    private void value(ConfigKey<?> key, JsonNode value) {
        if (fits(key.form().shape(), value)) {
            List<String> words = value.isArray()
                    ? StreamSupport.stream(value.spliterator(), false)
                            .map(JsonNode::textValue)
                            .toList()
                    : List.of(value.asText());
            written.set(key, new RawValues.RawValue(words, ValueOrigin.FILE, key.path()));
            return;
        }
        written.misfit(key);
        written.report(ConfigProblem.of(
                key.path(), "is " + type(value), "write " + key.form().shape().words));
    }

    private static boolean fits(ValueType.Shape shape, JsonNode value) {
        return switch (shape) {
            case TEXT -> value.isTextual();
            case NUMBER -> value.isIntegralNumber();
            case LIST ->
                value.isArray()
                        && StreamSupport.stream(value.spliterator(), false).allMatch(JsonNode::isTextual);
        };
    }

    private static String type(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> "a text";
            case NUMBER -> value.isIntegralNumber() ? "a whole number" : "a fraction";
            case BOOLEAN -> "true or false";
            case ARRAY -> "a list, or one of something else";
            case OBJECT -> "a section";
            default -> "a date or time";
        };
    }

    /** The message for an unknown word. */
    static String meant(String word, List<String> known) {
        String near = SpellingSuggestion.of(word, known);
        return near == null ? "known: " + String.join(", ", known) : "did you mean " + near + "?";
    }
}
