package dev.postern.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each broken file of {@code config/bad/} beside the messages for it, all of them, in order. */
class BadConfigTest {

    private static final Path DIRECTORY = Path.of("src/test/resources/config/bad");

    @ParameterizedTest
    @MethodSource("files")
    void saysAllThatIsWrong(String name) throws IOException {
        String toml = Files.readString(DIRECTORY.resolve(name + ".toml"));
        ConfigFile.ConfigResult result = ConfigFile.parse("postern.toml", toml, Map.of());
        assertThat(result).isInstanceOf(ConfigFile.RefusedConfig.class);
        List<String> said = ((ConfigFile.RefusedConfig) result)
                .problems().stream().map(ConfigProblem::toString).toList();
        assertThat(said).isEqualTo(Files.readAllLines(DIRECTORY.resolve(name + ".txt")));
    }

    static Stream<String> files() throws IOException {
        try (Stream<Path> all = Files.list(DIRECTORY)) {
            return all
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".toml"))
                    .map(name -> name.substring(0, name.length() - ".toml".length()))
                    .sorted()
                    .toList()
                    .stream();
        }
    }
}
