package dev.postern.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PasswordFileTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "hunter2,hunter2",
        "hunter2\\n,hunter2",
        "hunter2\\r\\n,hunter2",
        "' x '\\n,' x '",
        "a\\nb\\n\\n,a\\nb\\n",
        "'',''"
    })
    void isTheFileLessOneLineEnd(String content, String password) throws IOException {
        Path file = Files.writeString(directory.resolve("password"), unescaped(content));
        assertThat(PasswordFile.read("k", file)).isEqualTo(new PasswordFile.Password(unescaped(password)));
    }

    @Test
    void anEditorsByteOrderMarkIsNotOfThePassword() throws IOException {
        Path file = Files.writeString(directory.resolve("password"), "\uFEFFhunter2\r\n");
        assertThat(PasswordFile.read("k", file)).isEqualTo(new PasswordFile.Password("hunter2"));
    }

    @Test
    void noFileIsNoPassword() {
        assertThat(PasswordFile.read("k", null)).isEqualTo(new PasswordFile.Password(""));
    }

    @Test
    void neverShowsItself() {
        assertThat(new PasswordFile.Password("hunter2")).asString().doesNotContain("hunter2");
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        Path file = directory.resolve("password");
        assertThat(problem(file))
                .isEqualTo("k: \"" + file + "\" does not exist; install -m 0640 -g postern /dev/stdin " + file);
        assertThat(problem(directory)).startsWith("k: \"" + directory + "\" cannot be read: ");
        Files.write(file, new byte[5000]);
        assertThat(problem(file)).contains("is larger than 4096 bytes");
        Files.write(file, new byte[] {(byte) 0xff});
        assertThat(problem(file)).contains("is not UTF-8");
    }

    private static String problem(Path file) {
        return ((PasswordFile.UnreadablePassword) PasswordFile.read("k", file))
                .problem()
                .toString();
    }

    private static String unescaped(String text) {
        return text.replace("'", "").replace("\\n", "\n").replace("\\r", "\r");
    }
}
