package dev.postern.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AdminCommands;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.DovecotServer;
import dev.postern.testing.DovecotVersion;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.PostfixServer;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the commands make is what both Dovecots let in, and what the shipped maps of Postfix answer. */
@ExtendWith(DatabaseExtension.class)
class AdminCommandsPeersIT {

    private static final String LONGEST = "пароль-".repeat(5) + "1234567";

    private final TestDatabase database;
    private AdminCommands postern;

    @TempDir
    private Path directory;

    AdminCommandsPeersIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void empty() {
        database.execute(
                "DELETE FROM user", "DELETE FROM subscription", "DELETE FROM domain", "DELETE FROM postern_deleted");
        postern = AdminCommands.on(database, directory);
        postern.ok("domain", "add", "example.org");
    }

    @ParameterizedTest
    @EnumSource
    void dovecotTakesThePassword(DovecotVersion version, @TempDir Path queue) throws IOException, InterruptedException {
        String generated =
                postern.ok("mailbox", "add", "alice@example.org", "--generate").lastWord();
        assertThat(LONGEST.getBytes(StandardCharsets.UTF_8)).hasSize(72);
        fromStandardInput("mailbox", "add", "bob@example.org");
        Files.createDirectory(queue.resolve("private"));
        try (DovecotServer dovecot = DovecotServer.start(version, database, queue, "90-postern.conf")) {
            assertThat(login(dovecot, "alice@example.org", generated)).contains("auth succeeded");
            assertThat(login(dovecot, "bob@example.org", LONGEST)).contains("auth succeeded");
            assertThat(login(dovecot, "bob@example.org", LONGEST.substring(0, LONGEST.length() - 1)))
                    .contains("auth failed");

            String next = postern.ok("mailbox", "password", "alice@example.org", "--generate")
                    .lastWord();
            assertThat(login(dovecot, "alice@example.org", next)).contains("auth succeeded");
            postern.ok("mailbox", "disable", "alice@example.org");
            assertThat(login(dovecot, "alice@example.org", next)).contains("auth failed");
            postern.ok("mailbox", "enable", "alice@example.org");
            postern.ok("mailbox", "set", "alice@example.org", "--max-bytes", "2G");
            assertThat(login(dovecot, "alice@example.org", next)).contains("auth succeeded");
            assertThat(dovecot.doveadm("user", "alice@example.org")).contains("2147483648");
        }
    }

    private static String login(DovecotServer dovecot, String email, String password) {
        return dovecot.run("sh", "-c", "doveadm auth test -x service=imap \"$0\" \"$1\" 2>&1 || :", email, password);
    }

    private void fromStandardInput(String... words) throws IOException, InterruptedException {
        Path password = Files.writeString(directory.resolve("bob.password"), LONGEST + "\n");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        PackagedAgent.jar().toString(),
                        words[0],
                        words[1],
                        words[2],
                        "--password-stdin",
                        "--config",
                        postern.config().toString())
                .redirectInput(password.toFile())
                .inheritIO()
                .redirectInput(password.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void postfixAnswersForWhatIsThere() {
        PostfixServer.require();
        try (PostfixServer postfix =
                PostfixServer.startWithoutSink(PostfixServer.PostfixForm.MYSQL, MailTables.account(database))) {
            postern.ok("domain", "add", "routed.example", "--transport", "smtp:[192.0.2.9]");
            postern.ok("mailbox", "add", "Alice@Example.org", "--generate");
            postern.ok("mailbox", "add", "bob@example.org", "--generate");
            postern.ok("subscription", "add", "sales@example.org", "alice@example.org", "carol@example.net");
            postern.ok("subscription", "add", "bob@example.org", "carol@example.net", "--outgoing");
            assertThat(postfix.postmap("example.org", "domain")).contains("dovecot");
            assertThat(postfix.postmap("routed.example", "domain")).isEmpty();
            assertThat(postfix.postmap("routed.example", "transport")).contains("smtp:[192.0.2.9]");
            assertThat(postfix.postmap("alice@example.org", "mailbox")).contains("dovecot");
            assertThat(postfix.postmap("sales@example.org", "alias")).contains("alice@example.org,carol@example.net");
            assertThat(postfix.postmap("bob@example.org", "sender_bcc")).isPresent();

            postern.ok("mailbox", "disable", "alice@example.org");
            assertThat(postfix.postmap("alice@example.org", "mailbox")).isEmpty();
            assertThat(postfix.postmap("sales@example.org", "alias")).contains("carol@example.net");
            postern.ok("mailbox", "delete", "bob@example.org", "--yes");
            assertThat(postfix.postmap("bob@example.org", "mailbox")).isEmpty();
            postern.ok("subscription", "delete", "sales@example.org", "carol@example.net", "alice@example.org");
            assertThat(postfix.postmap("sales@example.org", "alias")).isEmpty();
            postern.ok("domain", "delete", "routed.example");
            assertThat(postfix.postmap("routed.example", "transport")).isEmpty();
        }
    }
}
