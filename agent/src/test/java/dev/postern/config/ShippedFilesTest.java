package dev.postern.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The example, the manual and the records name the same keys, with the same defaults, in the same order. */
class ShippedFilesTest {

    private static final Path EXAMPLE = Path.of("dist/postern.toml.example");
    private static final Path MANUAL = Path.of("docs/CONFIGURATION.md");

    @Test
    void recordsHaveTheseKeys() {
        List<String> components = Stream.of(AgentConfig.class.getRecordComponents())
                .flatMap(section -> Stream.of(section.getType().getRecordComponents())
                        .map(key -> section.getName() + "." + snake(key)))
                .toList();
        assertThat(components).isEqualTo(keys().map(ConfigKey::path).toList());
    }

    @Test
    void exampleHasEveryKeyWithItsDefaultAndAComment() throws IOException {
        List<String> found = new ArrayList<>();
        String section = "";
        String before = "";
        for (String line : Files.readAllLines(EXAMPLE)) {
            String setting = line.replaceFirst("^#(?=[a-z\\[])", "");
            if (setting.startsWith("[")) {
                section = setting.substring(1, setting.length() - 1);
            } else if (!setting.isEmpty() && !setting.startsWith("# ")) {
                assertThat(before).as("comment above " + line).startsWith("# ");
                found.add(section + "." + setting);
            }
            before = line;
        }
        assertThat(found.stream().map(setting -> setting.replaceFirst(" = .*", "")))
                .containsExactlyElementsOf(keys().map(ConfigKey::path).toList());
        keys().filter(key -> key.fallback() != null)
                .forEach(key -> assertThat(found).contains(key.path() + " = " + fallback(key)));
    }

    @Test
    void exampleIsAccepted() throws IOException {
        assertThat(ConfigFile.read(EXAMPLE, Map.of())).isInstanceOf(ConfigFile.AcceptedConfig.class);
    }

    @Test
    void exampleIsAcceptedWithEverySectionInForce() throws IOException {
        String toml = Files.readString(EXAMPLE)
                .replaceAll("(?m)^#(?=[a-z\\[])", "")
                .replaceFirst("(?m)^socket = .*mysqld.*$", "")
                .replaceFirst("(?m)^socket = .*http.*$", "")
                .replaceFirst("tls = \"off\"", "tls = \"verify\"");
        assertThat(ConfigFile.parse("-", toml, Map.of())).isInstanceOf(ConfigFile.AcceptedConfig.class);
    }

    @Test
    void manualHasEveryKeyWithItsDefault() throws IOException {
        List<String> expected = ConfigKeys.SECTIONS.stream()
                .flatMap(section -> Stream.concat(
                        Stream.of("## `[" + section.name() + "]`"),
                        section.keys().stream().map(ShippedFilesTest::row)))
                .toList();
        List<String> found = Files.readAllLines(MANUAL).stream()
                .filter(line -> line.startsWith("## `") || line.startsWith("| `"))
                .map(line -> line.replaceFirst("^(\\| `[^|]*\\|[^|]*\\|).*", "$1"))
                .toList();
        assertThat(found).isEqualTo(expected);
    }

    private static String row(ConfigKey<?> key) {
        String shown = key.fallback() != null ? " `" + fallback(key) + "` " : key.mandatory() ? " must be set " : " ";
        return "| `" + key.name() + "` |" + shown + "|";
    }

    private static <T> String fallback(ConfigKey<T> key) {
        return key.form().write(key.fallback());
    }

    private static Stream<ConfigKey<?>> keys() {
        return ConfigKeys.SECTIONS.stream().flatMap(section -> section.keys().stream());
    }

    private static String snake(RecordComponent component) {
        return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
