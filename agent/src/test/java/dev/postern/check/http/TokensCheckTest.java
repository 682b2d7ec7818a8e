package dev.postern.check.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.report.CheckReport;
import dev.postern.check.report.Finding;
import dev.postern.tokens.Token;
import dev.postern.tokens.TokenRole;
import dev.postern.tokens.TokensFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokensCheckTest {

    @TempDir
    private Path directory;

    @Test
    void tokensAndCommentsAreSound() throws IOException {
        Files.writeString(tokens(), "# ours\n\n");
        new TokensFile(tokens()).add(Token.make("a", TokenRole.READ, null).token());
        assertThat(found()).isEmpty();
    }

    @Test
    void linesThatAreNoTokensAreToldByTheirNumbers() throws IOException {
        Token token = Token.make("a", TokenRole.READ, null).token();
        new TokensFile(tokens()).add(token);
        Files.writeString(
                tokens(), "a:read:" + token.hash() + "\nb:admin:" + token.hash() + "\n", StandardOpenOption.APPEND);
        assertThat(found())
                .containsExactly("/p.toml: http.tokens_file: \"DIR/tokens\" has lines that hold no token, or a second"
                        + " one of its name: 2, 3; sed -i -e 2d -e 3d DIR/tokens, then postern token add for each of"
                        + " them");
    }

    @Test
    void ofManyTheFirstAreTold() throws IOException {
        Files.writeString(tokens(), "x\n".repeat(5000));
        assertThat(found()).singleElement().asString().contains(" 19, 20 and 4980 more; sed -i -e 1d ", " -e 20d DIR");
    }

    @Test
    void oneThatIsTooLargeIsFound() throws IOException {
        Files.write(tokens(), new byte[(1 << 20) + 1]);
        assertThat(found())
                .containsExactly("/p.toml: http.tokens_file: \"DIR/tokens\" cannot be used: is larger than"
                        + " 1048576 bytes; name a file with nothing but what postern token add writes");
    }

    @Test
    void oneThatIsNotThereIsToldElsewhere() {
        assertThat(found()).isEmpty();
    }

    private List<String> found() {
        CheckReport report = new CheckReport();
        new TokensCheck(Path.of("/p.toml"), tokens(), report).examine();
        return report.findings().stream()
                .map(Finding::toString)
                .map(line -> line.replace(directory.toString(), "DIR"))
                .toList();
    }

    private Path tokens() {
        return directory.resolve("tokens");
    }
}
