package dev.postern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.report.CheckReport;
import dev.postern.tokens.Token;
import dev.postern.tokens.TokenRole;
import dev.postern.tokens.TokensFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenCommandTest {

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path config;
    private Path tokens;

    @BeforeEach
    void write() throws IOException {
        tokens = directory.resolve("tokens");
        config = Files.writeString(
                directory.resolve("postern.toml"), "[mysql]\n[http]\ntokens_file = \"" + tokens + "\"\n");
    }

    @Test
    void theTokenIsTheLastWordAndOnlyItsHashIsKept() throws IOException {
        assertThat(token("add", "grafana", "--role", "read")).isZero();
        String text = out.toString().strip();
        String token = text.substring(text.lastIndexOf(' ') + 1);
        assertThat(token).startsWith("grafana.");
        Token kept = new TokensFile(tokens).read().tokens().get("grafana");
        assertThat(kept.role()).isEqualTo(TokenRole.READ);
        assertThat(kept.domains()).isNull();
        assertThat(kept.isOf(token.substring("grafana.".length()))).isTrue();
        assertThat(Files.readString(tokens)).doesNotContain(token.substring("grafana.".length()));
    }

    @Test
    void aTokenMayBeForSomeDomainsAlone() throws IOException {
        assertThat(token("add", "desk", "--role", "write", "--domain", "Example.org,example.net", "--domain", "x.org"))
                .isZero();
        assertThat(new TokensFile(tokens).read().tokens().get("desk").domains())
                .containsExactly("example.net", "example.org", "x.org");
        assertThat(token("list")).isZero();
        assertThat(out.toString()).endsWith("desk\twrite\texample.net,example.org,x.org\n");
    }

    @Test
    void aNameIsThereOnceAndCanBeRevoked() throws IOException {
        token("add", "a", "--role", "read");
        assertThat(token("add", "a", "--role", "write")).isEqualTo(1);
        assertThat(err.toString()).contains("postern token revoke a");
        assertThat(token("revoke", "a")).isZero();
        assertThat(token("revoke", "a")).isEqualTo(1);
        assertThat(new TokensFile(tokens).read().tokens()).isEmpty();
    }

    @Test
    void mistakesAreUsage() {
        assertThat(token()).isEqualTo(64);
        assertThat(token("add", "a")).isEqualTo(64);
        assertThat(token("add", "a", "--role", "admin")).isEqualTo(64);
        assertThat(token("add", "a:b", "--role", "read")).isEqualTo(64);
        assertThat(token("add", "a", "--role", "read", "--domain", "@x.org")).isEqualTo(64);
        assertThat(tokens).doesNotExist();
    }

    @Test
    void itTakesAnHttpSectionAndADirectory() throws IOException {
        Files.writeString(config, "[mysql]\n");
        assertThat(token("list")).isEqualTo(78);
        assertThat(err.toString()).contains("no [http]");
        Files.writeString(config, "[mysql]\n[http]\ntokens_file = \"" + directory.resolve("none/tokens") + "\"\n");
        assertThat(token("add", "a", "--role", "read")).isEqualTo(69);
        assertThat(err.toString()).contains("none/tokens does not exist");
    }

    private int token(String... words) {
        String[] args = new String[words.length + (words.length == 0 ? 1 : 3)];
        args[0] = "token";
        System.arraycopy(words, 0, args, 1, words.length);
        if (words.length > 0) {
            args[words.length + 1] = "--config";
            args[words.length + 2] = config.toString();
        }
        Cli cli = new Cli(
                (accepted, password, relay) -> 42,
                trial -> 43,
                (checked, accepted, mailbox) -> new CheckReport(),
                Map.of(),
                new PrintWriter(out),
                new PrintWriter(err));
        return cli.run(args);
    }
}
