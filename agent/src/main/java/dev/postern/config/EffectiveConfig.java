package dev.postern.config;

import java.util.List;

/** What holds, as TOML that reads back as the same: {@code postern config}. */
final class EffectiveConfig {

    private static final int COMMENT_COLUMN = 48;

    private final ParsedValues values;

    EffectiveConfig(ParsedValues values) {
        this.values = values;
    }

    String toml() {
        StringBuilder out = new StringBuilder();
        ConfigKeys.SECTIONS.stream().filter(this::isOn).forEach(section -> section(section, out));
        return out.toString();
    }

    /** Values other than defaults. */
    String set() {
        StringBuilder out = new StringBuilder();
        for (ConfigKeys.KeySection section : ConfigKeys.SECTIONS) {
            List<String> lines =
                    section.keys().stream().filter(this::isSet).map(this::line).toList();
            if (!lines.isEmpty()) {
                out.append(out.isEmpty() ? "" : "\n")
                        .append('[')
                        .append(section.name())
                        .append("]\n");
                lines.forEach(line -> out.append(line).append('\n'));
            }
        }
        return out.toString();
    }

    private boolean isSet(ConfigKey<?> key) {
        ParsedValues.Sourced<?> held = values.sourced(key);
        return held != null && held.origin() != ValueOrigin.DEFAULT;
    }

    private boolean isOn(ConfigKeys.KeySection section) {
        return section.keys().stream().anyMatch(key -> values.sourced(key) != null);
    }

    private void section(ConfigKeys.KeySection section, StringBuilder out) {
        out.append(out.isEmpty() ? "" : "\n").append('[').append(section.name()).append("]\n");
        section.keys().forEach(key -> out.append(line(key)).append('\n'));
    }

    private <T> String line(ConfigKey<T> key) {
        ParsedValues.Sourced<T> held = values.sourced(key);
        if (held == null) {
            return "# " + key.name() + " is not set";
        }
        ConfigKey<?> other = ConfigKeys.REPLACED_BY.get(key);
        if (held.origin() == ValueOrigin.DEFAULT && other != null && values.sourced(other) != null) {
            return "# " + key.name() + " gives way to " + other.name();
        }
        String line = key.name() + " = " + key.form().write(held.value());
        return switch (held.origin()) {
            case FILE -> line;
            case ENVIRONMENT -> padded(line) + "# environment";
            case DEFAULT -> padded(line) + "# default";
        };
    }

    private static String padded(String line) {
        return line + " ".repeat(Math.max(1, COMMENT_COLUMN - line.length()));
    }
}
