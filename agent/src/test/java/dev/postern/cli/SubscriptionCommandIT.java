package dev.postern.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Subscriptions from the command line. */
@Tag("newest-peers")
@Tag("database")
class SubscriptionCommandIT extends AdminCommandsFixture {

    private final TestDatabase database;

    SubscriptionCommandIT(TestDatabase database) {
        super(database);
        this.database = database;
    }

    @Test
    void subscriptionsAreAddedTogetherOrNotAtAll() {
        mailbox("alice@example.org");
        mailbox("bob@example.org");
        assertThat(postern()
                        .ok("subscription", "add", "sales@example.org", "alice@example.org", "x@example.net")
                        .out())
                .isEqualTo("""
                        incoming mail of sales@example.org to alice@example.org: added
                        incoming mail of sales@example.org to x@example.net: added
                        """);
        refused(
                postern().run("subscription", "add", "sales@example.org", "bob@example.org", "X@example.net"),
                1,
                "x@example.net gets incoming mail of sales@example.org already; nothing was added");
        postern().ok("subscription", "add", "alice@example.org", "bob@example.org", "--outgoing");
        postern().ok("subscription", "add", "@example.org", "bob@example.org");
        refused(
                postern().run("subscription", "add", "sales@example.org", "bob@example.org", "--outgoing"),
                1,
                "no mailbox sales@example.org, whose outgoing mail could be copied");
        refused(
                postern().run("subscription", "add", "list@example.com", "bob@example.org"),
                1,
                "no domain example.com: postern domain add example.com");
        assertThat(postern().ok("subscription", "list", "--format", "tab").out())
                .isEqualTo("""
                        @example.org\tincoming\tbob@example.org\talias
                        alice@example.org\toutgoing\tbob@example.org\tcopy
                        sales@example.org\tincoming\talice@example.org\talias
                        sales@example.org\tincoming\tx@example.net\talias
                        """);
        assertThat(postern()
                        .ok("subscription", "list", "alice@example.org", "--format", "tab")
                        .out())
                .hasLineCount(2);
        refused(
                postern().run("subscription", "delete", "sales@example.org", "alice@example.org", "bob@example.org"),
                1,
                "bob@example.org does not get incoming mail of sales@example.org; nothing was deleted");
        postern().ok("subscription", "delete", "sales@example.org", "alice@example.org", "x@example.net");
        assertThat(database.query("SELECT id FROM subscription WHERE email LIKE 'sales%'"))
                .isEmpty();
        assertThat(audit())
                .contains(tuple(
                        "subscription.delete",
                        "sales@example.org",
                        "example.org",
                        "{\"direction\":\"I\",\"recipients\":[\"alice@example.org\",\"x@example.net\"]}"))
                .filteredOn(line -> line.toList().get(0).toString().startsWith("subscription"))
                .hasSize(4);
    }

    @Test
    void recipientsThatGetNothingAreConfirmed() {
        mailbox("alice@example.org");
        mailbox("full@example.org");
        database.execute("UPDATE user SET bytes = max_bytes WHERE email LIKE 'full%'");
        refused(
                postern().run("subscription", "add", "a@example.org", "nobody@example.org"),
                1,
                "nobody@example.org is neither an active mailbox nor an address with subscribers: it would get nothing;"
                        + " --yes to go on");
        refused(
                postern().run("subscription", "add", "a@example.org", "full@example.org"),
                1,
                "full@example.org is full: it would get nothing until there is room; --yes to go on");
        postern().ok("subscription", "add", "a@example.org", "alice@example.org");
        postern().ok("subscription", "add", "b@example.org", "a@example.org");
        refused(
                postern().run("subscription", "add", "a@example.org", "b@example.org"),
                1,
                "mail for a@example.org would come back to it: a circle; --yes to go on");
        assertThat(database.query("SELECT id FROM subscription")).hasSize(2);
        postern().ok("subscription", "add", "a@example.org", "b@example.org", "--yes");
    }

    /** The characters are the configuration's: a recipient with an extension is reached where its mailbox is. */
    @Test
    void aRecipientWithAnExtensionIsItsMailbox() throws IOException {
        mailbox("alice@example.org");
        postern().ok("subscription", "add", "a@example.org", "alice+x@example.org");
        refused(
                postern().run("subscription", "add", "a@example.org", "nobody+x@example.org"),
                1,
                "nobody+x@example.org is neither an active mailbox nor an address with subscribers: it would get"
                        + " nothing; --yes to go on");
        Files.writeString(postern().config(), "[address]\nrecipient_delimiter = \"-\"\n", StandardOpenOption.APPEND);
        postern().ok("subscription", "add", "a@example.org", "alice-x@example.org");
        refused(
                postern().run("subscription", "add", "a@example.org", "alice+y@example.org"),
                1,
                "alice+y@example.org is neither an active mailbox nor an address with subscribers: it would get"
                        + " nothing; --yes to go on");
    }
}
