package dev.postern.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.postern.testing.AdminCommands.CommandOutcome;
import dev.postern.testing.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Mailboxes from the command line. */
@Tag("newest-peers")
@Tag("database")
class MailboxCommandIT extends AdminCommandsFixture {

    private static final String USED = "SELECT email, active, CAST(max_bytes AS CHAR) AS max_bytes,"
            + " CAST(max_messages AS CHAR) AS max_messages, surname, password_scheme FROM user ORDER BY email";

    private final TestDatabase database;

    MailboxCommandIT(TestDatabase database) {
        super(database);
        this.database = database;
    }

    @Test
    void aMailboxHasWhatTheOptionsGiveIt() {
        refused(
                postern().run("mailbox", "add", "alice@example.org", "--generate"),
                1,
                "no domain example.org: postern domain add example.org");
        postern().ok("domain", "add", "example.org");
        CommandOutcome added =
                postern().ok("mailbox", "add", "Alice@Example.org", "--generate", "--surname", " Лидделл ");
        assertThat(added.out())
                .matches("mailbox alice@example.org added; its password, not to be shown again: [a-zA-Z2-9]{16}\n");
        postern()
                .ok(
                        "mailbox",
                        "add",
                        "bob@example.org",
                        "--generate",
                        "--disabled",
                        "--max-bytes",
                        "10G",
                        "--max-messages",
                        "5000",
                        "--ad-login",
                        "CORP\\bob");
        assertThat(database.query(USED))
                .extracting(row -> List.copyOf(row.values()).toString())
                .containsExactly(
                        "[alice@example.org, Y, 1073741824, 0, Лидделл, BLF-CRYPT]",
                        "[bob@example.org, N, 10737418240, 5000, , BLF-CRYPT]");
        refused(
                postern().run("mailbox", "add", "ALICE@example.org", "--generate"),
                1,
                "there is a mailbox alice@example.org already");
        assertThat(postern()
                        .ok(
                                "mailbox",
                                "set",
                                "alice@example.org",
                                "--max-bytes",
                                "none",
                                "--surname",
                                "",
                                "--name",
                                "A")
                        .out())
                .isEqualTo("mailbox alice@example.org changed\n");
        assertThat(postern()
                        .ok("mailbox", "set", "alice@example.org", "--max-bytes", "0")
                        .out())
                .isEqualTo("mailbox alice@example.org has these values already\n");
        refused(
                postern().run("mailbox", "set", "alice@example.org"),
                64,
                "nothing to set: give an option like --max-bytes 10G");
        refused(
                postern().run("mailbox", "set", "nobody@example.org", "--name", "x"),
                1,
                "no mailbox nobody@example.org");
        assertThat(audit())
                .contains(
                        tuple(
                                "mailbox.add",
                                "alice@example.org",
                                "example.org",
                                "{\"active\":\"Y\",\"max_bytes\":1073741824,\"max_messages\":0,"
                                        + "\"password\":\"set\",\"surname\":\"Лидделл\"}"),
                        tuple(
                                "mailbox.set",
                                "alice@example.org",
                                "example.org",
                                "{\"max_bytes\":[\"1073741824\",0],\"name\":[\"\",\"A\"],"
                                        + "\"surname\":[\"Лидделл\",\"\"]}"))
                .hasSize(4);
    }

    @Test
    void aLimitBelowWhatIsUsedIsConfirmed() {
        mailbox("alice@example.org");
        database.execute("UPDATE user SET bytes = 2000000, messages = 5");
        refused(
                postern().run("mailbox", "set", "alice@example.org", "--max-bytes", "1M"),
                1,
                "alice@example.org is full at once with that limit: it has 2000000 bytes, and new mail would be"
                        + " refused; --yes to go on");
        postern().ok("mailbox", "set", "alice@example.org", "--max-bytes", "2M", "--max-messages", "6");
        postern().ok("mailbox", "set", "alice@example.org", "--max-messages", "5", "--yes");
        assertThat(database.query("SELECT over_quota AS o FROM user"))
                .extracting(row -> row.get("o"))
                .hasToString("[true]");
    }

    @Test
    void disabledAndEnabledAgain() {
        mailbox("alice@example.org");
        assertThat(postern().ok("mailbox", "disable", "alice@example.org").out())
                .isEqualTo("mailbox alice@example.org disabled: its mail is refused\n");
        postern().ok("subscription", "add", "alice@example.org", "carol@example.net");
        assertThat(postern().ok("mailbox", "disable", "alice@example.org").out())
                .isEqualTo("mailbox alice@example.org is disabled already: its mail goes to its subscribers alone"
                        + " (there: 1)\n");
        assertThat(postern().ok("mailbox", "enable", "alice@example.org").out())
                .isEqualTo("mailbox alice@example.org enabled\n");
        database.execute("UPDATE user SET active = NULL, password = ''");
        assertThat(postern().ok("mailbox", "enable", "alice@example.org").err())
                .isEqualTo("postern: note: alice@example.org has no password: postern mailbox password"
                        + " alice@example.org\n");
        assertThat(audit())
                .extracting(line -> line.toList().get(0))
                .filteredOn(action -> action.toString().contains("able"))
                .containsExactly("mailbox.disable", "mailbox.enable", "mailbox.enable");
    }

    @Test
    void whatIsDeletedIsKeptWithoutItsPassword() {
        mailbox("alice@example.org");
        mailbox("bob@example.org");
        postern().ok("subscription", "add", "alice@example.org", "bob@example.org");
        postern().ok("subscription", "add", "sales@example.org", "alice@example.org", "bob@example.org");
        refused(
                postern().run("mailbox", "delete", "alice@example.org"),
                1,
                "there is no terminal to ask whether alice@example.org is to go; --yes to go on");
        assertThat(postern()
                        .ok("mailbox", "delete", "alice@example.org", "--yes")
                        .out())
                .isEqualTo("mailbox alice@example.org deleted; subscriptions deleted: 2; its mail on disk is"
                        + " untouched\n");
        assertThat(database.query("SELECT email, recipient FROM subscription"))
                .containsExactly(Map.of("email", "sales@example.org", "recipient", "bob@example.org"));
        assertThat(database.query("SELECT CAST(content AS CHAR) AS content FROM postern_deleted"))
                .singleElement()
                .satisfies(row -> assertThat(row.get("content").toString())
                        .contains("BLF-CRYPT", "sales@example.org", "1073741824")
                        .doesNotContain("$2y$"));

        refused(
                postern().run("mailbox", "add", "alice@example.org", "--generate"),
                1,
                "a mailbox alice@example.org was deleted before: its mail may still be on disk and would belong to the"
                        + " new one; --yes to go on");
        postern().ok("mailbox", "add", "alice@example.org", "--generate", "--yes");
        CommandOutcome kept = postern().ok("mailbox", "delete", "bob@example.org", "--yes", "--keep-subscribed");
        assertThat(kept.err()).contains("postern subscription list bob@example.org");

        database.execute("UPDATE postern_deleted SET deleted = deleted - INTERVAL 31 DAY");
        postern().ok("mailbox", "delete", "alice@example.org", "--yes");
        assertThat(database.query("SELECT email FROM postern_deleted WHERE content IS NULL"))
                .hasSize(2);
    }

    /** Names from before the rules, and names that the collation takes for others. */
    @Test
    void mailboxesOfOtherMakingAreTakenByTheirOwnName() {
        mailbox("bob@example.org");
        database.execute("INSERT INTO user (email) VALUES ('Björn@Example.org'), ('a+b@example.org')");
        refused(postern().run("mailbox", "disable", "bjorn@example.org"), 1, "no mailbox bjorn@example.org");
        refused(
                postern().run("mailbox", "add", "bjorn@example.org", "--generate"),
                1,
                "there is a mailbox Björn@Example.org, which the database takes for the same");
        postern().ok("mailbox", "disable", "björn@example.org");
        postern().ok("mailbox", "delete", "a+b@example.org", "--yes");
        assertThat(database.query("SELECT email FROM user WHERE active = 'N'"))
                .containsExactly(Map.of("email", "Björn@Example.org"));
        assertThat(audit())
                .contains(tuple("mailbox.delete", "a+b@example.org", "example.org", "{\"subscriptions\":0}"));
    }
}
