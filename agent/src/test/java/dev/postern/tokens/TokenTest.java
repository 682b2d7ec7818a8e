package dev.postern.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTest {

    private static final String HASH = "sha256-" + "0a".repeat(32);

    @TempDir
    private Path directory;

    @Test
    void aTokenIsKnownByItsSecretAlone() {
        Token.NewToken made = Token.make("grafana", TokenRole.READ, null);
        String secret = made.text().substring("grafana.".length());
        assertThat(secret).hasSize(43);
        assertThat(made.token().isOf(secret)).isTrue();
        assertThat(made.token().isOf(secret.substring(0, 42) + (secret.endsWith("A") ? "B" : "A")))
                .isFalse();
        assertThat(made.token().isOf("")).isFalse();
        assertThat(made.token().isOf("x".repeat(5000))).isFalse();
        assertThat(made.token().line()).doesNotContain(secret);
    }

    @Test
    void aLineIsReadAsItWasWritten() {
        Token old = new Token("a", TokenRole.READ, "$2a$10$" + "a".repeat(53), null);
        assertThat(Token.parse(old.line())).isEqualTo(old);
        Token all = new Token("a", TokenRole.WRITE, HASH, null);
        Token some = new Token("b-1_C", TokenRole.READ, HASH, new TreeSet<>(Set.of("example.org", "bücher.example")));
        assertThat(Token.parse(all.line())).isEqualTo(all);
        assertThat(Token.parse(some.line())).isEqualTo(some);
        assertThat(Token.parse("a:read:" + HASH + ":Example.ORG").domains()).containsExactly("example.org");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a:read",
                ":read:HASH",
                "a:admin:HASH",
                "a:read:secret",
                "a:read:HASH:",
                "a:read:HASH:x.org,",
                "a:read:HASH:x.org:y",
                "a b:read:HASH",
                "a:read:HASH:@x.org",
                "a:read:HASH0",
                "a:read:sha256-",
                "a:read:$2a$03$BCRYPT",
                "a:read:$2a$13$BCRYPT",
                "a:read:$2a$31$BCRYPT",
                "a:read:$2a$10$BCRYPT.",
            })
    void whatIsNotALineOfATokenIsNotTaken(String line) {
        assertThat(Token.parse(line.replace("HASH", HASH).replace("BCRYPT", "a".repeat(53))))
                .isNull();
    }

    @Test
    void theFileIsForTheAgentsGroupAndKeepsWhatItHas() throws IOException {
        Path path = directory.resolve("tokens");
        TokensFile file = new TokensFile(path);
        file.add(new Token("a", TokenRole.READ, HASH, null));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-r-----");
        Files.writeString(path, "\uFEFF# ours\n" + Files.readString(path) + "nonsense\n\na:write:" + HASH);
        file.add(new Token("b", TokenRole.WRITE, HASH, Set.of("example.org")));
        TokensFile.TokensContent content = file.read();
        assertThat(content.tokens()).containsOnlyKeys("a", "b");
        assertThat(content.tokens().get("a").role()).isEqualTo(TokenRole.READ);
        assertThat(content.badLines()).containsExactly(3, 5);
        assertThat(content.open()).isFalse();
        assertThat(file.add(new Token("b", TokenRole.READ, HASH, null))).isFalse();
        assertThat(file.remove("c")).isFalse();
        assertThat(file.remove("a")).isTrue();
        assertThat(file.read().tokens()).containsOnlyKeys("b");
        assertThat(Files.readString(path)).startsWith("# ours\n").contains("nonsense");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-r-----");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-r---w-"})
    void reportsAFileThatIsOpenToEverybody(String mode) throws IOException {
        Path path = directory.resolve("tokens");
        new TokensFile(path).add(new Token("a", TokenRole.READ, HASH, null));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
        assertThat(new TokensFile(path).read().open()).isTrue();
    }

    @Test
    void aLinkToTheFileStaysOne() throws IOException {
        Path real = Files.createFile(directory.resolve("real"));
        Path link = Files.createSymbolicLink(directory.resolve("tokens"), real);
        assertThat(new TokensFile(link).add(new Token("a", TokenRole.READ, HASH, null)))
                .isTrue();
        assertThat(link).isSymbolicLink();
        assertThat(Files.readString(real)).isEqualTo("a:read:" + HASH + "\n");
    }
}
