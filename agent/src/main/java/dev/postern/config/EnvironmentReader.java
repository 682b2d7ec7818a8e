package dev.postern.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * {@code POSTERN_<SECTION>_<KEY>} in place of the file's value; elements of a list are separated by commas. An empty
 * variable empties its key: an optional one is as if left out, a list has no element.
 *
 * <p>Other names that begin with {@code POSTERN_} are not ours but the hook scripts' or the tests'.
 */
final class EnvironmentReader {

    private static final String PREFIX = "POSTERN_";

    private final RawValues written;

    EnvironmentReader(RawValues written) {
        this.written = written;
    }

    void read(Map<String, String> variables) {
        ConfigKeys.SECTIONS.forEach(section -> section(section, variables));
    }

    private void section(ConfigKeys.KeySection section, Map<String, String> variables) {
        String prefix = PREFIX + section.name().toUpperCase(Locale.ROOT) + "_";
        variables.keySet().stream()
                .filter(variable -> variable.startsWith(prefix))
                .sorted()
                .forEach(variable -> variable(section, prefix, variable, variables.getOrDefault(variable, "")));
    }

    private void variable(ConfigKeys.KeySection section, String prefix, String variable, String value) {
        section.keys().stream()
                .filter(key -> variable.equals(prefix + key.name().toUpperCase(Locale.ROOT)))
                .findFirst()
                .ifPresentOrElse(key -> value(key, variable, value), () -> unknown(section, prefix, variable));
    }

    private void unknown(ConfigKeys.KeySection section, String prefix, String variable) {
        List<String> names = section.keys().stream()
                .map(key -> prefix + key.name().toUpperCase(Locale.ROOT))
                .toList();
        written.report(ConfigProblem.of(
                ConfigProblem.printable(variable),
                "stands for no key of [" + section.name() + "]",
                TomlReader.meant(variable, names)));
    }

    private void value(ConfigKey<?> key, String variable, String value) {
        if (value.isEmpty()
                && key.form().shape() != ValueType.Shape.LIST
                && key.fallback() == null
                && !key.mandatory()) {
            written.unset(key);
            return;
        }
        written.present(key.section());
        written.set(key, new RawValues.RawValue(words(key, value), ValueOrigin.ENVIRONMENT, variable));
    }

    private static List<String> words(ConfigKey<?> key, String value) {
        if (key.form().shape() != ValueType.Shape.LIST) {
            return List.of(value);
        }
        return value.isBlank()
                ? List.of()
                : Stream.of(value.split(",", -1)).map(String::strip).toList();
    }
}
