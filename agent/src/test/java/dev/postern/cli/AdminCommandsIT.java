package dev.postern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AdminCommands.CommandOutcome;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What all commands that administer have in common. */
@Tag("newest-peers")
@Tag("database")
class AdminCommandsIT extends AdminCommandsFixture {

    private final TestDatabase database;

    AdminCommandsIT(TestDatabase database) {
        super(database);
        this.database = database;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "domain add localhost | a domain is a name like example.org: labels",
                "domain add example.org --transport dovecot | a transport is dovecot:",
                "mailbox add alice --generate | an address is user@domain",
                "mailbox add a+b@example.org --generate | a+b@example.org has a character of recipient_delimiter",
                "mailbox add alice@example.org --generate --max-bytes 1.5G | --max-bytes is a number of bytes",
                "mailbox add alice@example.org --generate --max-messages many | --max-messages is a number of",
                "subscription add sales@example.org -f@example.org | ",
                "subscription add sales@example.org sales@example.org | sales@example.org cannot subscribe to itself",
            })
    void badInputIsOneLine(String words, String message) {
        mailbox("bob@example.org");
        CommandOutcome outcome = postern().run(words.strip().split(" "));
        assertThat(outcome.status()).isEqualTo(64);
        if (message != null) {
            assertThat(outcome.err()).startsWith("postern: " + message).hasLineCount(1);
        }
        assertThat(audit()).hasSize(2);
    }

    /** Without its line in the audit, no change is made. */
    @Test
    void aChangeWithoutItsAuditIsNotMade() {
        mailbox("alice@example.org");
        database.execute("RENAME TABLE postern_audit TO audit_away");
        try {
            CommandOutcome outcome = postern().run("mailbox", "disable", "alice@example.org");
            assertThat(outcome.status()).isEqualTo(78);
            assertThat(outcome.err()).contains("grants.sql").hasLineCount(1);
            assertThat(postern().run("domain", "add", "example.com").status()).isEqualTo(78);
        } finally {
            database.execute("RENAME TABLE audit_away TO postern_audit");
        }
        assertThat(database.query("SELECT active FROM user")).containsExactly(Map.of("active", "Y"));
        assertThat(database.query("SELECT domain FROM domain")).hasSize(1);
    }

    @Test
    void whatIsWrongWithTheAccountIsOneLine() throws IOException {
        Files.writeString(directory().resolve("admin.password"), "not-the-password");
        CommandOutcome outcome = postern().run("domain", "list");
        assertThat(outcome.status()).isEqualTo(78);
        assertThat(outcome.err())
                .startsWith("postern: the database does not let postern_admin in: ")
                .doesNotContain("not-the-password")
                .hasLineCount(1);
        Files.delete(directory().resolve("admin.password"));
        assertThat(postern().run("domain", "list").err())
                .contains("web.mysql_password_file", "does not exist", "install -m 0600")
                .hasLineCount(1);
        Files.writeString(postern().config(), """
                [mysql]
                host = "127.0.0.1"
                port = 1
                """);
        outcome = postern().run("domain", "list");
        assertThat(outcome.status()).isEqualTo(75);
        assertThat(outcome.err())
                .startsWith("postern: the database does not answer: ")
                .hasLineCount(1);
    }
}
