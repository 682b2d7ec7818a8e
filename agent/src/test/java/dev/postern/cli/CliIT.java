package dev.postern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.PackagedAgent;
import dev.postern.testing.SocketmapStub;
import dev.postern.testing.TestCommand;
import dev.postern.tokens.Token;
import dev.postern.tokens.TokenRole;
import dev.postern.tokens.TokensFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar through the shipped launcher. */
class CliIT {

    private static final Path DIST = Path.of(System.getProperty("postern.root", ".."), "agent", "dist");

    @TempDir
    private Path directory;

    @Test
    void knowsItsVersion() {
        assertThat(postern("--version").output()).matches("postern \\d+\\.\\d+\\.\\d+.*\n");
    }

    @Test
    void printsTheExample() {
        TestCommand.CommandResult config = postern(
                "config", "--config", DIST.resolve("postern.toml.example").toString());
        assertThat(config.status()).isZero();
        assertThat(config.output()).contains("\n[events]\nsocket = \"/run/postern/events.sock\"\n");
    }

    @Test
    void checks() throws IOException {
        TestCommand.CommandResult check = postern("check", "--config", write("[mysql]\nport = 1"));
        assertThat(check.status()).isEqualTo(1);
        assertThat(check.output())
                .contains("postern: mail: no answer from 127.0.0.1:1: ")
                .contains("; systemctl start");
        assertThat(postern("check", "--config", write("[mysql")).status()).isEqualTo(78);
        assertThat(postern("check", "--config", "/no/where").status()).isEqualTo(78);
    }

    @Test
    void lookupAsksWhoeverListens() throws IOException {
        Path socket = directory.resolve("lookup");
        String config = write("[mysql]\n[socketmap]\nsocket = \"" + socket + "\"");
        TestCommand.CommandResult alone = postern("lookup", "--config", config, "pop-before-smtp", "192.0.2.7");
        assertThat(alone.status()).isEqualTo(75);
        assertThat(alone.output())
                .startsWith("postern: cannot ask the agent at " + socket)
                .hasLineCount(1);
        try (SocketmapStub agent = SocketmapStub.listen(socket)) {
            agent.answer("pop-before-smtp 192.0.2.7", "OK OK");
            assertThat(postern("lookup", "--config", config, "pop-before-smtp", "192.0.2.7"))
                    .isEqualTo(new TestCommand.CommandResult(0, "OK\n"));
            assertThat(postern("lookup", "--config", config, "pop-before-smtp", "192.0.2.8"))
                    .isEqualTo(new TestCommand.CommandResult(1, ""));
        }
    }

    @Test
    void tokensThatAreAddedAndRevokedAtOnceAreAllDone() throws Exception {
        Path tokens = directory.resolve("tokens");
        String config = write("[mysql]\n[http]\ntokens_file = \"" + tokens + "\"");
        TokensFile file = new TokensFile(tokens);
        for (String old : List.of("old1", "old2", "old3")) {
            file.add(Token.make(old, TokenRole.READ, null).token());
        }
        List<Process> commands = new ArrayList<>();
        for (String old : List.of("old1", "old2", "old3")) {
            commands.add(start("token", "revoke", old, "--config", config));
        }
        for (String fresh : List.of("new1", "new2", "new3")) {
            commands.add(start("token", "add", fresh, "--role", "read", "--config", config));
        }
        for (Process command : commands) {
            assertThat(command.waitFor()).isZero();
        }
        assertThat(file.read().tokens()).containsOnlyKeys("new1", "new2", "new3");
        assertThat(file.read().badLines()).isEmpty();
    }

    private static Process start(String... args) throws IOException {
        return new ProcessBuilder(words(args))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Test
    void misuseIsUsage() {
        assertThat(postern().status()).isEqualTo(64);
        assertThat(postern("sync").status()).isEqualTo(64);
    }

    /** Without whatever this machine has set. */
    private static TestCommand.CommandResult postern(String... args) {
        return TestCommand.of((Object[]) words(args)).run();
    }

    private static String[] words(String... args) {
        String[] words = new String[args.length + 5];
        words[0] = "env";
        words[1] = "-i";
        words[2] = "JAVA_HOME=" + System.getProperty("java.home");
        words[3] = "PATH=/usr/bin:/bin";
        words[4] = DIST.resolve("postern").toString();
        System.arraycopy(args, 0, words, 5, args.length);
        assertThat(PackagedAgent.jar()).exists();
        return words;
    }

    private String write(String toml) throws IOException {
        return Files.writeString(directory.resolve("postern.toml"), toml).toString();
    }
}
