package dev.postern.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.LmtpSink;
import dev.postern.testing.PostfixServer;
import dev.postern.testing.SmtpDialogue;
import dev.postern.testing.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The recipients of a message, and how often each gets it, by the table {@code subscription}: a real Postfix that
 * delivers by LMTP.
 */
@Tag("database")
@ExtendWith(DatabaseExtension.class)
class SubscriptionIT {

    private static final String STRANGER = "stranger@elsewhere.example";

    private static PostfixServer postfix;
    private static MailTables tables;

    @BeforeAll
    static void start(TestDatabase database) {
        PostfixServer.require();
        tables = new MailTables(database);
        postfix = PostfixServer.start(PostfixServer.PostfixForm.MYSQL, MailTables.account(database));
    }

    @AfterAll
    static void stop() {
        if (postfix != null) {
            postfix.close();
        }
    }

    @BeforeEach
    void fill() {
        postfix.sink().forget();
        tables.reset()
                .active("alice@example.org", "bob@example.org", "carol@example.org")
                .disabled("dave@example.org", "erin@example.org");
    }

    @Test
    void givesAnActiveMailboxItsMailAndEverySubscriberACopy() {
        tables.incoming("alice@example.org", "bob@example.org", "carol@example.org", "x@remote.example");
        deliver(STRANGER, "alice@example.org");
        assertRecipients("alice@example.org", "bob@example.org", "carol@example.org", "x@remote.example");
    }

    @Test
    void givesMailOfADisabledMailboxToItsSubscribersAlone() {
        tables.incoming("dave@example.org", "bob@example.org", "carol@example.org");
        deliver(STRANGER, "dave@example.org");
        assertRecipients("bob@example.org", "carol@example.org");
    }

    @Test
    void givesMailOfAMissingMailboxToItsSubscribersAlone() {
        tables.incoming("list@example.org", "bob@example.org", "x@remote.example");
        deliver(STRANGER, "list@example.org");
        assertRecipients("bob@example.org", "x@remote.example");
    }

    @Test
    void refusesADisabledMailboxThatNobodySubscribesTo() {
        tables.incoming("dave@example.org", "erin@example.org").incoming("erin@example.org", "dave@example.org");
        try (SmtpDialogue stranger = postfix.smtp("198.51.100.1")) {
            assertThat(stranger.rcptOnly("dave@example.org")).startsWith("550 5.1.1");
            assertThat(stranger.rcptOnly("nobody@example.org")).startsWith("550 5.1.1");
        }
    }

    @Test
    void copiesOutgoingMailToEverySubscriber() {
        tables.outgoing("alice@example.org", "carol@example.org", "boss@example.org", "x@remote.example")
                .incoming("boss@example.org", "erin@example.org", "bob@example.org")
                .incoming("erin@example.org", "boss@example.org");
        deliver("Alice@Example.org", "y@remote.example");
        assertRecipients("y@remote.example", "carol@example.org", "x@remote.example", "bob@example.org");
    }

    @Test
    void copiesNothingOfADisabledSender() {
        tables.outgoing("dave@example.org", "carol@example.org");
        deliver("dave@example.org", "bob@example.org");
        assertRecipients("bob@example.org");
    }

    @Test
    void givesNobodyTwoCopies() {
        tables.incoming("alice@example.org", "bob@example.org", "carol@example.org", "list@example.org")
                .incoming("bob@example.org", "alice@example.org", "carol@example.org")
                .incoming("list@example.org", "CAROL@example.org", "alice@example.org", "x@remote.example")
                .outgoing("alice@example.org", "bob@example.org", "x@remote.example");
        deliver("alice@example.org", "alice@example.org", "bob@example.org", "carol@example.org", "list@example.org");
        assertThat(postfix.sink().recipients())
                .usingElementComparator(String.CASE_INSENSITIVE_ORDER)
                .containsExactlyInAnyOrder(
                        "alice@example.org", "bob@example.org", "carol@example.org", "x@remote.example");
    }

    @Test
    void keepsExtensionsToTheirOwner() {
        tables.incoming("alice@example.org", "bob@example.org", "list@example.org")
                .incoming("list@example.org", "alice@example.org", "x@remote.example");
        deliver(STRANGER, "Alice+News@example.org");
        assertThat(postfix.sink().recipients())
                .usingElementComparator(String.CASE_INSENSITIVE_ORDER)
                .containsExactlyInAnyOrder("alice+news@example.org", "bob@example.org", "x@remote.example");
        postfix.sink().forget();
        deliver(STRANGER, "list+talk@example.org");
        assertRecipients("alice@example.org", "x@remote.example");
    }

    @Test
    void deliversThroughCircles() {
        tables.incoming("alice@example.org", "bob@example.org")
                .incoming("bob@example.org", "alice@example.org")
                .incoming("dave@example.org", "erin@example.org", "carol@example.org")
                .incoming("erin@example.org", "dave@example.org", "carol@example.org", "erin@example.org");
        deliver(STRANGER, "alice@example.org");
        assertRecipients("alice@example.org", "bob@example.org");
        postfix.sink().forget();
        deliver(STRANGER, "dave@example.org", "erin@example.org");
        assertRecipients("carol@example.org");
    }

    @Test
    void copiesWhatIsAddressedToAMailboxAndNotWhatItGetsAsASubscriber() {
        tables.incoming("list@example.org", "alice@example.org")
                .incoming("bob@example.org", "alice@example.org")
                .incoming("alice@example.org", "carol@example.org");
        deliver(STRANGER, "list@example.org", "bob@example.org");
        assertRecipients("alice@example.org", "bob@example.org");
    }

    @Test
    void dropsCopiesThatLeadNowhere() {
        tables.incoming("alice@example.org", "dave@example.org", "alice@example.org")
                .incoming("dave@example.org", "dave@example.org");
        deliver(STRANGER, "alice@example.org");
        assertRecipients("alice@example.org");
        assertThat(postfix.mailLog()).contains("nobody subscribes");
    }

    @Test
    void tellsTheSenderNothingOfAFailedCopy() {
        tables.incoming("alice@example.org", "carol@example.org").outgoing("bob@example.org", "carol@example.org");
        postfix.sink().refuse("carol@example.org");
        deliver("bob@example.org", "alice@example.org");
        assertRecipients("alice@example.org");
        // A direct recipient, for comparison: the bounce goes to the sender.
        deliver(STRANGER, "carol@example.org");
        assertRecipients("alice@example.org", STRANGER);
        LmtpSink.Delivery bounce = postfix.sink().deliveries().stream()
                .filter(delivery -> delivery.recipient().equals(STRANGER))
                .findFirst()
                .orElseThrow();
        assertThat(bounce.sender()).isEmpty();
    }

    @Test
    void namesNoSubscriberToAnyone() {
        tables.incoming("alice@example.org", "bob@example.org").outgoing("alice@example.org", "carol@example.org");
        deliver("alice@example.org", "alice@example.org");
        assertRecipients("alice@example.org", "bob@example.org", "carol@example.org");
        for (LmtpSink.Delivery delivery : postfix.sink().deliveries()) {
            assertThat(delivery.message()).doesNotContain("bob@", "carol@", "subscription.invalid");
        }
    }

    @Test
    void keepsItsOwnAddressesToItself() {
        tables.incoming("alice@example.org", "bob@example.org");
        String in = postfix.postmap("alice@example.org", "recipient_bcc").orElseThrow();
        for (String client : new String[] {"198.51.100.1", "127.0.0.1"}) {
            try (SmtpDialogue session = postfix.smtp(client)) {
                assertThat(session.rcptOnly(in)).as(client).startsWith("55");
                assertThat(session.rcptOnly("<@mx.postern.example:" + in + ">"))
                        .as(client)
                        .startsWith("5");
            }
        }
    }

    @Test
    void givesTheRestOfADomainToItsCatchAll() {
        tables.incoming("@example.org", "bob@example.org", "x@remote.example")
                .incoming("list@example.org", "carol@example.org");
        deliver(STRANGER, "nobody@example.org", "Nobody+x@Example.org");
        assertRecipients("bob@example.org", "x@remote.example");
        postfix.sink().forget();
        deliver(STRANGER, "alice+news@example.org");
        assertRecipients("alice+news@example.org");
        postfix.sink().forget();
        deliver(STRANGER, "list+talk@example.org");
        assertRecipients("carol@example.org");
        postfix.sink().forget();
        deliver(STRANGER, "dave@example.org");
        assertRecipients("bob@example.org", "x@remote.example");
    }

    @Test
    void endsCatchAllsThatLeadToEachOther() {
        tables.route("example.net", "dovecot:")
                .incoming("@example.org", "x@example.net", "bob@example.org", "nobody@example.org")
                .incoming("@example.net", "y@example.org")
                .incoming("list@example.org", "z@example.net", "nobody@example.org");
        deliver(STRANGER, "nobody@example.org");
        assertRecipients("bob@example.org");
        postfix.sink().forget();
        deliver(STRANGER, "list@example.org");
        assertRecipients("bob@example.org");
        try (SmtpDialogue stranger = postfix.smtp("198.51.100.1")) {
            assertThat(stranger.rcptOnly("nobody@example.net")).startsWith("550 5.1.1");
        }
    }

    /**
     * What Postfix delivers to Dovecot exists: otherwise it would be bounced to a sender that wrote to another address.
     */
    @Test
    void leavesOutSubscribersThatCouldOnlyBeBounced() {
        tables.active("a+b@example.org", "a:b@example.org", "josé@example.org")
                .incoming(
                        "list@example.org",
                        "nobody@example.org",
                        "dave@example.org",
                        "nobody+x@example.org",
                        "a+b@example.org",
                        "a:b@example.org",
                        "josé@example.org",
                        "josé@remote.example",
                        "bob+list@example.org",
                        "other+list@example.org")
                .incoming("other@example.org", "carol@example.org")
                .incoming("alice@example.org", "nobody@example.org", "a+b@example.org", "other@example.org")
                .incoming("nowhere@example.org", "nobody@example.org");
        deliver(STRANGER, "list@example.org");
        assertRecipients("bob+list@example.org", "carol@example.org");
        postfix.sink().forget();
        deliver(STRANGER, "alice@example.org");
        assertRecipients("alice@example.org", "carol@example.org");
        try (SmtpDialogue stranger = postfix.smtp("198.51.100.1")) {
            assertThat(stranger.rcptOnly("nowhere@example.org")).startsWith("550 5.1.1");
        }
    }

    @Test
    void reachesMoreSubscribersThanPostfixsOwnLimit() {
        String rows = "INSERT INTO subscription (direction, email, recipient) WITH RECURSIVE d AS (SELECT 0 i UNION ALL"
                + " SELECT i + 1 FROM d WHERE i < 149) SELECT 'I', '%s', CONCAT('m', 10 * d.i + e.i, '@remote.example')"
                + " FROM d JOIN d e ON e.i < 10";
        tables.execute(rows.formatted("alice@example.org"), rows.formatted("list@example.org"));
        deliver(STRANGER, "alice@example.org");
        assertThat(postfix.sink().recipients()).hasSize(1501).contains("alice@example.org", "m1499@remote.example");
        postfix.sink().forget();
        deliver(STRANGER, "list@example.org");
        assertThat(postfix.sink().recipients()).hasSize(1500).doesNotHaveDuplicates();
    }

    private static void deliver(String sender, String... recipients) {
        // From this host, which may send to anywhere.
        try (SmtpDialogue session = postfix.smtp("127.0.0.1")) {
            assertThat(session.send(sender, recipients)).startsWith("250");
        }
        postfix.awaitEmptyQueue();
    }

    private static void assertRecipients(String... recipients) {
        assertThat(postfix.sink().recipients()).as(postfix::mailLog).containsExactlyInAnyOrder(recipients);
    }
}
