package dev.postern.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.PostfixServer;
import dev.postern.testing.TestDatabase;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every shipped {@code mysql/*.cf}, asked key by key through Postfix's own client and the account of grants.sql. */
@Tag("newest-peers")
@Tag("database")
@ExtendWith(DatabaseExtension.class)
class PostfixMapsIT {

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
        tables.reset()
                .route("routed.example", "smtp:[192.0.2.1]")
                .active("alice@example.org", "bob@example.org", "o'brien@example.org", "back\\slash@example.org")
                .disabled("dave@example.org", "erin@example.org");
    }

    @ParameterizedTest
    @CsvSource({
        "domain, example.org, dovecot",
        "domain, EXAMPLE.org, dovecot",
        "domain, routed.example,",
        "domain, other.example,",
        "transport, example.org, dovecot:unix:private/dovecot-lmtp",
        "transport, routed.example, smtp:[192.0.2.1]",
        "transport, alice@example.org,",
        "transport, *,",
        "transport, \u00e9xample.org,",
        "domain, \u00e9xample.org,",
        "mailbox, alice@example.org, dovecot",
        "mailbox, Alice@Example.ORG, dovecot",
        "mailbox, dave@example.org,",
        "mailbox, nobody@example.org,",
        "mailbox, alice,",
        "mailbox, alice@,",
        "mailbox, @example.org,",
        "mailbox, example.org,",
    })
    void answersWhatTheTablesSay(String map, String key, String value) {
        assertThat(postfix.postmap(key, map)).isEqualTo(Optional.ofNullable(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"o'brien@example.org", "back\\slash@example.org"})
    void findsAddressesWithQuotesAndBackslashes(String email) {
        assertThat(postfix.postmap(email, "mailbox")).contains("dovecot");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x' OR '1'='1",
                "x' OR 1=1 -- @example.org",
                "x\\' OR 1=1 -- @example.org",
                "\"x\" OR 1=1@example.org",
                "%u@%d",
                "%@example.org",
                "_lice@example.org",
                "alice@example.org\u00e9",
                "\u00e1lice@example.org",
            })
    void takesNoKeyForSql(String key) {
        tables.login("alice@example.org", "192.0.2.7", 1)
                .set("alice@example.org", "bytes = max_bytes")
                .incoming("nobody@example.org", "alice@example.org");
        for (String map : new String[] {"domain", "transport", "mailbox", "alias", "subscribers"}) {
            assertThat(postfix.postmap(key, map)).as(map).isEmpty();
        }
        assertThat(postfix.postmapParameter(key, "postern_login_check")).isEmpty();
    }

    @Test
    void refusesFullMailboxesOnly() {
        tables.set("alice@example.org", "bytes = max_bytes, messages = 0")
                .set("bob@example.org", "bytes = max_bytes - 1, messages = 1")
                .set("dave@example.org", "bytes = max_bytes");
        assertThat(postfix.postmap("alice@example.org", "quota")).contains("452 4.2.2 Mailbox is over quota");
        assertThat(postfix.postmap("alice@", "quota")).isEmpty();
        assertThat(postfix.postmap("bob@example.org", "quota")).isEmpty();
        assertThat(postfix.postmap("dave@example.org", "quota")).isEmpty();
        assertThat(postfix.postmap("o'brien@example.org", "quota")).isEmpty();
    }

    @Test
    void countsMessagesAndTakesZeroForNoLimit() {
        tables.set("alice@example.org", "bytes = 0, messages = max_messages")
                .set("bob@example.org", "bytes = 1, max_bytes = 0, messages = 1, max_messages = 0");
        assertThat(postfix.postmap("alice@example.org", "quota")).contains("452 4.2.2 Mailbox is over quota");
        assertThat(postfix.postmap("bob@example.org", "quota")).isEmpty();
    }

    @Test
    void opensTheRelayForWholeAddressesOfFreshLogins() {
        tables.login("alice@example.org", "192.0.2.7", 1)
                .login("bob@example.org", "2001:db8::7", 59)
                .login("o'brien@example.org", "192.0.2.8", 61);
        assertThat(postfix.postmap("192.0.2.7", "pop-before-smtp")).contains("OK");
        assertThat(postfix.postmap("2001:db8::7", "pop-before-smtp")).contains("OK");
        for (String key : new String[] {"192.0.2.8", "192.0.2", "192", "2001:db8", "example.org", "unknown", " "}) {
            assertThat(postfix.postmap(key, "pop-before-smtp")).as(key).isEmpty();
        }
    }

    @Test
    void neverOpensTheRelayForDisabledLoopbackOrFutureLogins() {
        tables.login("dave@example.org", "192.0.2.9", 1)
                .login("alice@example.org", "127.0.0.1", 1)
                .login("bob@example.org", "::1", 1)
                .login("o'brien@example.org", "192.0.2.10", -3600);
        for (String key : new String[] {"192.0.2.9", "127.0.0.1", "::1", "192.0.2.10"}) {
            assertThat(postfix.postmap(key, "pop-before-smtp")).as(key).isEmpty();
        }
    }

    @Test
    void answersOnceForManyMailboxesAtOneAddress() {
        tables.login("alice@example.org", "192.0.2.7", 1).login("bob@example.org", "192.0.2.7", 2);
        assertThat(postfix.postmapParameter("192.0.2.7", "postern_login_check")).contains("OK");
    }

    @Test
    void leadsMailOfMissingAndDisabledMailboxesToTheirSubscribers() {
        tables.incoming("list@example.org", "alice@example.org", "x@remote.example")
                .incoming("dave@example.org", "list@example.org", "bob@example.org")
                .incoming("alice@example.org", "bob@example.org");
        assertThat(targets("list@example.org")).containsExactlyInAnyOrder("alice@example.org", "x@remote.example");
        assertThat(targets("dave@example.org"))
                .containsExactlyInAnyOrder("alice@example.org", "x@remote.example", "bob@example.org");
        assertThat(postfix.postmap("alice@example.org", "alias")).isEmpty();
        assertThat(postfix.postmap("erin@example.org", "alias")).isEmpty();
    }

    @Test
    void endsAtCircles() {
        tables.incoming("dave@example.org", "erin@example.org", "dave@example.org")
                .incoming("erin@example.org", "dave@example.org");
        assertThat(postfix.postmap("dave@example.org", "alias")).isEmpty();
        tables.incoming("erin@example.org", "alice@example.org");
        assertThat(postfix.postmap("dave@example.org", "alias")).contains("alice@example.org");
    }

    @Test
    void standsForAllSubscribersByOneAddress() {
        tables.incoming("alice@example.org", "bob@example.org", "x@remote.example", "alice@example.org")
                .outgoing("alice@example.org", "o'brien@example.org", "alice@example.org")
                .incoming("dave@example.org", "bob@example.org")
                .outgoing("dave@example.org", "bob@example.org");
        String in = postfix.postmap("alice@example.org", "recipient_bcc").orElseThrow();
        String out = postfix.postmap("alice@example.org", "sender_bcc").orElseThrow();
        assertThat(in).matches("\\d+@in\\.subscription\\.invalid");
        assertThat(out).matches("\\d+@out\\.subscription\\.invalid");
        assertThat(subscribers(in)).containsExactlyInAnyOrder("bob@example.org", "x@remote.example");
        assertThat(subscribers(out)).containsExactlyInAnyOrder("o'brien@example.org", "alice@example.org");
        for (String email : new String[] {"dave@example.org", "bob@example.org", "nobody@example.org"}) {
            assertThat(postfix.postmap(email, "recipient_bcc")).as(email).isEmpty();
            assertThat(postfix.postmap(email, "sender_bcc")).as(email).isEmpty();
        }
    }

    private static String[] targets(String email) {
        return postfix.postmap(email, "alias").orElseThrow().split(",");
    }

    private static String[] subscribers(String address) {
        return postfix.postmap(address, "subscribers").orElseThrow().split(",");
    }
}
