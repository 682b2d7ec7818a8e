package dev.postern.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.PostfixServer;
import dev.postern.testing.SmtpDialogue;
import dev.postern.testing.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replies to SMTP clients when Postfix reads quota and logins from MySQL by itself. */
@ExtendWith(DatabaseExtension.class)
class PostfixRestrictionsIT {

    private static final String AWAY = "friend@elsewhere.example";

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
        tables.reset().active("alice@example.org", "bob@example.org", "full@example.org");
    }

    @Test
    void relaysForOneMinuteAfterALogin() {
        try (SmtpDialogue client = postfix.smtp("192.0.2.7")) {
            assertThat(client.rcptOnly(AWAY)).startsWith("554 5.7.1").contains("Relay access denied");
            tables.login("alice@example.org", "192.0.2.7", 0);
            assertThat(client.rcptOnly(AWAY)).startsWith("250");
            tables.login("alice@example.org", "192.0.2.7", 61);
            assertThat(client.rcptOnly(AWAY)).startsWith("554 5.7.1");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7, 250",
        "192.0.2.7, 192.0.2.70, 554",
        "192.0.2.7, ::ffff:192.0.2.7, 250",
        "2001:db8::7, 2001:db8::7, 250",
        "2001:db8::7, 2001:DB8:0:0::7, 250",
        "2001:db8::7, 2001:db8::7:8, 554",
        "2001:db8::7, 2001:db8::8, 554",
        "192.0.2, 192.0.2.7, 554",
        "sub.client.example, 192.0.2.7, 554",
        "mail.sub.client.example, 192.0.2.7, 554",
    })
    void relaysForTheWholeAddressOfALoginAlone(String lastip, String client, String code) {
        tables.login("alice@example.org", lastip, 1);
        try (SmtpDialogue session = postfix.smtp(client)) {
            assertThat(session.rcptOnly(AWAY)).startsWith(code);
            assertThat(session.rcptOnly("bob@example.org")).startsWith("250");
        }
    }

    @Test
    void relaysNothingForADisabledMailbox() {
        tables.login("alice@example.org", "192.0.2.7", 1).set("alice@example.org", "active = 'N'");
        try (SmtpDialogue client = postfix.smtp("192.0.2.7")) {
            assertThat(client.rcptOnly(AWAY)).startsWith("554");
        }
    }

    @Test
    void refusesMailForAFullMailboxForNow() {
        tables.set("full@example.org", "bytes = max_bytes");
        try (SmtpDialogue client = postfix.smtp("198.51.100.1")) {
            for (String spelling : new String[] {"full@example.org", "FULL@Example.org", "full+news@example.org"}) {
                assertThat(client.rcptOnly(spelling))
                        .isEqualTo("452 4.2.2 <" + spelling + ">: Recipient address rejected: Mailbox is over quota");
            }
            assertThat(client.rcptOnly("bob@example.org")).startsWith("250");
            tables.set("full@example.org", "bytes = max_bytes - 1");
            assertThat(client.rcptOnly("full@example.org")).startsWith("250");
        }
    }

    @Test
    void checksTheQuotaAlsoForThoseWhoMayRelay() {
        tables.set("full@example.org", "messages = max_messages").login("alice@example.org", "192.0.2.7", 1);
        try (SmtpDialogue client = postfix.smtp("192.0.2.7")) {
            assertThat(client.rcptOnly("full@example.org")).startsWith("452 4.2.2");
        }
    }

    @Test
    void tellsUnknownUsersApartFromFullOnes() {
        try (SmtpDialogue client = postfix.smtp("2001:db8::1")) {
            assertThat(client.rcptOnly("nobody@example.org")).startsWith("550 5.1.1");
            assertThat(client.rcptOnly("o'brien@example.org")).startsWith("550 5.1.1");
        }
    }

    @Test
    void takesNoRouteForADomainOfItsOwn() {
        tables.route("routed.example", "smtp:[192.0.2.1]");
        try (SmtpDialogue client = postfix.smtp("198.51.100.1")) {
            assertThat(client.rcptOnly("x@routed.example")).contains("Relay access denied");
        }
    }

    @Test
    void knowsNoLoginMapOnTheSubmissionPort() {
        tables.login("alice@example.org", "192.0.2.7", 1);
        assertThat(postfix.service("submission"))
                .contains("smtpd_relay_restrictions=permit_sasl_authenticated,reject")
                .contains("smtpd_tls_security_level=encrypt");
        try (SmtpDialogue client =
                SmtpDialogue.connect(postfix.submissionPort()).as("192.0.2.7", "mail.sub.client.example")) {
            assertThat(client.rcptOnly(AWAY)).doesNotStartWith("250");
        }
    }
}
