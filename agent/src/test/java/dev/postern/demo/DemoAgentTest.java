package dev.postern.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoAgentTest {

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void aDirectoryThatIsTooLongForSocketsIsRefusedFirst() {
        Path given = directory.resolve("x".repeat(91 - directory.toString().length()));
        assertThat(run(given)).isEqualTo(64);
        assertThat(out.toString(UTF_8))
                .hasLineCount(1)
                .startsWith("postern: \"" + directory + "/xx")
                .endsWith(
                        "\" is longer than 91 bytes, and the sockets in it could not be reached; name another directory"
                                + " with --directory\n");
        assertThat(given).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a\\b", "a\nb"})
    void soIsOneWhoseNameTheConfigurationCannotHave(String name) {
        assertThat(run(directory.resolve(name))).isEqualTo(64);
        assertThat(out.toString(UTF_8)).hasLineCount(1).contains(" has a character in it that ");
        assertThat(directory).isEmptyDirectory();
    }

    private int run(Path given) {
        return new DemoAgent(new PrintStream(out, true, UTF_8)).run(given);
    }
}
