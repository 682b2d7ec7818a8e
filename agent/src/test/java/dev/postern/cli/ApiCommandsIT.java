package dev.postern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.Ports;
import dev.postern.testing.RealServers;
import dev.postern.testing.TestCertificates;
import dev.postern.testing.TestCommand;
import dev.postern.testing.TestDatabase;
import dev.postern.testing.UnixPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code postern mailbox} and {@code postern relay}, by the shipped launcher, of a running agent. */
@Tag("newest-peers")
@ExtendWith(DatabaseExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiCommandsIT {

    private static final Path LAUNCHER = Path.of(System.getProperty("postern.root", ".."), "agent", "dist", "postern");

    private Path directory;
    private TestDatabase database;
    private AgentConfigFile files;
    private PackagedAgent agent;

    @BeforeAll
    void start(TestDatabase given, @TempDir Path fresh) throws IOException {
        directory = fresh;
        database = given;
        database.execute("INSERT INTO user (email, bytes, messages, max_bytes, max_messages, lastip, lasttime) VALUES"
                + " ('alice@example.org', 1572864, 1, 1073741824, 0, '192.0.2.7', '2026-01-31 12:34:56.5'),"
                + " ('somebody.with.a.long.name@a-long-domain.example', 100, 1, 100, 0, NULL, NULL)");
        files = AgentConfigFile.in(
                directory, directory.resolve("lookup"), database, AgentConfigFile.http(directory, Ports.free()));
        token("cli.token", "cli", "write");
        agent = PackagedAgent.start(files.file());
    }

    @AfterAll
    void stop() {
        if (agent != null) {
            agent.close();
        }
    }

    @Test
    void oneMailboxIsToldToProgramsAsItIs() {
        assertThat(postern("mailbox", "ALICE@example.org", "--format", "tab"))
                .isEqualTo(
                        new TestCommand.CommandResult(
                                0,
                                "alice@example.org\t2026-01-31T12:34:56.500Z\t192.0.2.7\t1572864\t1073741824\t1\t0\ttrue\tfalse\tfalse\n"));
        TestCommand.CommandResult json = postern("mailbox", "alice@example.org", "--format", "json");
        assertThat(JsonText.read(json.output()).path("bytes").asLong()).isEqualTo(1_572_864);
        assertThat(postern("mailbox", "nobody@example.org").status()).isEqualTo(1);
    }

    @Test
    void allMailboxesFitTheTerminal() {
        TestCommand.CommandResult wide = postern("mailbox");
        assertThat(wide.status()).isZero();
        assertThat(wide.output().lines())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("somebody.with.a.long.name@a-long-domain.example   "))
                .anyMatch(line -> line.contains("  2026-01-31T12:34:56Z  192.0.2.7   1.5M       1.0G  1 "));
        assertThat(wide.output()).startsWith("email ").contains(" lasttime ", " max_messages ", " pending");
        for (int columns : List.of(130, 80, 60)) {
            TestCommand.CommandResult narrow = posternWith(List.of("COLUMNS=" + columns), "mailbox");
            assertThat(narrow.output().lines())
                    .hasSize(3)
                    .allMatch(line -> line.length() <= columns, "at most " + columns)
                    .anyMatch(line -> line.contains("…"));
        }
        assertThat(posternWith(List.of("COLUMNS=80"), "mailbox").output())
                .contains(" lastip ", " max_bytes")
                .doesNotContain("pending");
    }

    @Test
    void thoseAloneThatAreAskedFor() {
        assertThat(postern("mailbox", "--over-quota", "--format", "tab").output())
                .startsWith("somebody.with.a.long.name@")
                .hasLineCount(1);
        assertThat(postern("mailbox", "--search", "ALI", "--format", "tab").output())
                .startsWith("alice@example.org\t")
                .hasLineCount(1);
        assertThat(postern("mailbox", "--inactive-since", "2027-01-01T00:00:00Z", "--format", "tab")
                        .output())
                .hasLineCount(2);
        assertThat(postern("mailbox", "--inactive-since", "yesterday").status()).isEqualTo(64);
        assertThat(postern("mailbox", "alice@example.org", "--over-quota").status())
                .isEqualTo(64);
    }

    @Test
    void aListIsOneDocumentAsTheApisIs() {
        JsonNode all = JsonText.read(postern("mailbox", "--format", "json").output());
        assertThat(all.at("/items/0/email").asText()).isEqualTo("alice@example.org");
        assertThat(all.at("/items/1/max_bytes").asLong()).isEqualTo(100);
        assertThat(all.path("items")).hasSize(2);
        assertThat(all.path("next").isNull()).isTrue();
        assertThat(Instant.parse(all.path("as_of").asText())).isBefore(Instant.now());
        JsonNode none = JsonText.read(
                postern("mailbox", "--search", "nobody", "--format", "json").output());
        assertThat(none.path("items").isArray()).isTrue();
        assertThat(none.path("items")).isEmpty();
        JsonNode windows = JsonText.read(postern("relay", "--format", "json").output());
        assertThat(windows.path("items").isArray()).isTrue();
        assertThat(windows.has("next")).isFalse();
        assertThat(Instant.parse(windows.path("as_of").asText())).isBefore(Instant.now());
    }

    @Test
    void aWindowIsShownAndClosed() {
        try (UnixPeer hook = UnixPeer.connect(files.events())) {
            assertThat(hook.send("login\tuser=alice@example.org\tip=198.51.100.9\tservice=pop3\n")
                            .readLine())
                    .isEqualTo("OK");
        }
        TestCommand.CommandResult list = postern("relay", "--format", "tab");
        assertThat(list.output()).startsWith("alice@example.org\t198.51.100.9\tpop3\t");
        assertThat(postern("relay", "list").output()).startsWith("user ").contains("198.51.100.9");
        assertThat(postern("relay", "close", "198.51.100.9")).isEqualTo(new TestCommand.CommandResult(0, ""));
        assertThat(postern("relay", "list")).isEqualTo(new TestCommand.CommandResult(0, ""));
        assertThat(postern("relay", "close", "198.51.100.9"))
                .isEqualTo(new TestCommand.CommandResult(
                        1, "postern: no relay window of 198.51.100.9 is open that this token may see\n"));
        assertThat(postern("mailbox", "nobody@example.org"))
                .isEqualTo(new TestCommand.CommandResult(
                        1, "postern: no mailbox nobody@example.org that this token may see\n"));
        assertThat(postern("relay", "open", "198.51.100.9").status()).isEqualTo(64);
        database.execute(
                "UPDATE user SET lastip = '192.0.2.7', lasttime = '2026-01-31 12:34:56.5' WHERE email LIKE 'alice%'");
    }

    @Test
    void whoMayNotIsTold() throws IOException {
        token("reader.token", "reader", "read");
        String reader = directory.resolve("reader.token").toString();
        assertThat(postern("relay", "close", "192.0.2.1", "--token-file", reader)
                        .status())
                .isEqualTo(77);
        Files.writeString(directory.resolve("wrong.token"), "cli.wrong");
        TestCommand.CommandResult wrong = postern(
                "mailbox", "--token-file", directory.resolve("wrong.token").toString());
        assertThat(wrong.status()).isEqualTo(77);
        assertThat(wrong.output())
                .startsWith("postern: the agent does not know this token")
                .hasLineCount(1);
        TestCommand.CommandResult none = postern("mailbox", "--token-file", "/none");
        assertThat(none.status()).isEqualTo(78);
        assertThat(none.output()).contains("postern token add cli --role write >/none)");
    }

    @Test
    void overAUnixSocketAndEncryptedToo(@TempDir Path other) throws IOException {
        RealServers.require("openssl");
        TestCertificates certificates = new TestCertificates(other);
        certificates.make("mx");
        for (String http : List.of(
                "socket = \"" + other.resolve("http.sock") + "\"\n",
                "listen = \"127.0.0.1:" + Ports.free() + "\"\ntls_certificate = \"" + certificates.certificate("mx")
                        + "\"\ntls_key = \"" + certificates.key("mx") + "\"\n")) {
            AgentConfigFile config = AgentConfigFile.in(
                    other,
                    other.resolve("lookup"),
                    database,
                    "[http]\n" + http + "tokens_file = \"" + directory.resolve("tokens") + "\"\n");
            try (PackagedAgent second = PackagedAgent.start(config.file())) {
                TestCommand.CommandResult answer = run(
                        List.of(),
                        "mailbox",
                        "alice@example.org",
                        "--format",
                        "tab",
                        "--token-file",
                        directory.resolve("cli.token").toString(),
                        "--config",
                        config.file().toString());
                assertThat(answer.status()).as(answer.output() + second.log()).isZero();
                assertThat(answer.output()).startsWith("alice@example.org\t");
            }
        }
    }

    @Test
    void withoutAnAgentThereIsNoAnswer(@TempDir Path other) throws IOException {
        AgentConfigFile config =
                AgentConfigFile.in(other, other.resolve("lookup"), database, AgentConfigFile.http(other, Ports.free()));
        Files.writeString(other.resolve("cli.token"), "cli.x");
        TestCommand.CommandResult none =
                run(List.of(), "mailbox", "--config", config.file().toString());
        assertThat(none.status()).isEqualTo(69);
        assertThat(none.output())
                .isEqualTo("postern: the agent does not answer: connection refused: is it running?\n")
                .hasLineCount(1);
    }

    private void token(String file, String name, String role) throws IOException {
        Files.writeString(
                directory.resolve(file),
                postern("token", "add", name, "--role", role).output());
    }

    private TestCommand.CommandResult postern(String... words) {
        return posternWith(List.of(), words);
    }

    private TestCommand.CommandResult posternWith(List<String> environment, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--config");
        all.add(files.file().toString());
        return run(environment, all.toArray(String[]::new));
    }

    private static TestCommand.CommandResult run(List<String> environment, String... words) {
        List<String> all = new ArrayList<>(
                List.of("env", "-i", "JAVA_HOME=" + System.getProperty("java.home"), "PATH=/usr/bin:/bin"));
        all.addAll(environment);
        all.add(LAUNCHER.toString());
        all.addAll(List.of(words));
        return TestCommand.of(all.toArray()).run();
    }
}
