package dev.postern.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.PostfixServer;
import dev.postern.testing.PostfixServer.PostfixForm;
import dev.postern.testing.SmtpDialogue;
import dev.postern.testing.TestDatabase;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which senders are refused for a full mailbox, by each shipped form, in a Postfix that is not chrooted. */
@Tag("newest-peers")
@ExtendWith(DatabaseExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuotaFormsIT {

    private static final String STRANGER = "198.51.100.1";
    private static final String SENDER = "stranger@elsewhere.example";
    private static final String FULL = "452 4.2.2 ";
    private static final String TAKEN = "250 ";

    private PostfixForms forms;

    @BeforeAll
    void start(TestDatabase database, @TempDir Path directory) {
        PostfixServer.require();
        new MailTables(database)
                .reset()
                .active("full@example.org", "many@example.org", "odd name@example.org", "roomy@example.org")
                .active("early@example.org", "early-2@example.org", "late@example.org", "late-2@example.org")
                .set("late@example.org", "bytes = 9000, max_bytes = 10000")
                .set("late-2@example.org", "bytes = 9000, max_bytes = 10000")
                .active("small@example.org", "tight@example.org", "last@example.org", "told@example.org")
                .disabled("gone@example.org")
                .set("full@example.org", "bytes = max_bytes")
                .set("many@example.org", "messages = max_messages")
                .set("odd name@example.org", "bytes = max_bytes + 1")
                .set("small@example.org", "bytes = 9000, max_bytes = 10000")
                .set("tight@example.org", "bytes = 9500, max_bytes = 10000")
                .set("last@example.org", "messages = max_messages - 1")
                .incoming("to-full@example.org", "full@example.org", "many@example.org")
                .incoming("to-either@example.org", "full@example.org", "roomy@example.org")
                .incoming("to-elsewhere@example.org", "full@example.org", "x@remote.example")
                .incoming("to-small@example.org", "small@example.org", "tight@example.org")
                .incoming("circle@example.org", "circle-2@example.org")
                .incoming("circle-2@example.org", "circle@example.org")
                .incoming("round@example.org", "gone@example.org")
                .incoming("gone@example.org", "round@example.org", "full@example.org");
        forms = PostfixForms.unchrooted(
                database,
                directory,
                "smtpd_recipient_restrictions=reject_non_fqdn_recipient, reject_unlisted_recipient,"
                        + " check_recipient_access inline:{ { early@example.org = OK } { early-2@example.org = OK } },"
                        + " $postern_quota_check, check_recipient_access inline:{"
                        + " { late@example.org = 450 later } { late-2@example.org = 450 later } }");
    }

    @AfterAll
    void stop() {
        if (forms != null) {
            forms.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void noDaemonIsChrooted(PostfixForm form) {
        try (SmtpDialogue client = forms.smtp(form, STRANGER)) {
            assertThat(client.say("NOOP")).startsWith(TAKEN);
            assertThat(forms.of(form).rootsOf("smtpd")).containsOnly(Path.of("/"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesAFullMailboxHoweverItIsWritten(PostfixForm form) {
        for (String spelling : new String[] {
            "full@example.org",
            "many@example.org",
            "FULL@Example.ORG",
            "full+news@example.org",
            "Full+@example.org",
            "full@example.org.",
            "full%example.org@[127.0.0.1]",
            "Full+x%Example.org@[127.0.0.1]",
            "@relay.example,@other.example:full@example.org",
            "\"full\"@example.org",
            "\"fu\\ll+x\"@example.org",
            "\"odd name\"@example.org",
        }) {
            assertThat(rcpt(form, spelling)).as(spelling).startsWith(FULL).endsWith(": Mailbox is over quota");
        }
        assertThat(rcpt(form, "roomy+full@example.org")).startsWith(TAKEN);
    }

    @ParameterizedTest
    @EnumSource
    void takesNoOtherSpellingForItEither(PostfixForm form) {
        for (String spelling : new String[] {
            "full%example.org@localhost",
            "full%example.org@example.org",
            "full%example.org@elsewhere.example",
            "\"full@example.org\"@example.org",
            "elsewhere.example!full@example.org",
            "full@[127.0.0.1]",
            "full%example.org",
            "full@",
            "@example.org",
        }) {
            assertThat(rcpt(form, spelling)).as(spelling).startsWith("5");
        }
    }

    @ParameterizedTest
    @EnumSource
    void knowsAtOnceWhatAMailboxHolds(PostfixForm form) {
        forms.quota("told@example.org", 2_000_000_000, 1);
        assertThat(rcpt(form, "told@example.org")).startsWith(FULL);
        forms.quota("told@example.org", 0, 1_000_000);
        assertThat(rcpt(form, "told@example.org")).startsWith(FULL);
        forms.quota("told@example.org", 1, 1);
        assertThat(rcpt(form, "told@example.org")).startsWith(TAKEN);
    }

    /** The MySQL form asks for the address that was written alone, and leaves the rest to Dovecot. */
    @ParameterizedTest
    @EnumSource
    void followsSubscriptionsWhereTheAgentIsAsked(PostfixForm form) {
        String full = form == PostfixForm.MYSQL ? TAKEN : FULL;
        assertThat(rcpt(form, "to-full@example.org")).startsWith(full);
        assertThat(rcpt(form, "To-Full+x@example.org.")).startsWith(full);
        assertThat(rcpt(form, "round@example.org")).startsWith(full);
        assertThat(rcpt(form, "gone@example.org")).startsWith(full);
        assertThat(rcpt(form, "to-either@example.org")).startsWith(TAKEN);
        assertThat(rcpt(form, "to-elsewhere@example.org")).startsWith(TAKEN);
        assertThat(rcpt(form, "circle@example.org")).startsWith("550 5.1.1");
    }

    @ParameterizedTest
    @CsvSource({
        "small@example.org, 1000, 250",
        "small@example.org, 1001, 452",
        "Small+x@example.org, 1001, 452",
        "to-small@example.org, 1000, 250",
        "to-small@example.org, 1001, 452",
        "last@example.org, 1000, 250",
        "roomy@example.org, 1000000, 250",
    })
    void knowsTheDeclaredSizeByThePolicyFormAlone(String recipient, long size, String code) {
        assertThat(rcpt(PostfixForm.POLICY, recipient, size)).startsWith(code);
        assertThat(rcpt(PostfixForm.SOCKETMAP, recipient, size)).startsWith(TAKEN);
        assertThat(rcpt(PostfixForm.MYSQL, recipient, size)).startsWith(TAKEN);
    }

    @Test
    void refusesAtItsEndAMessageThatFitsNowhere() {
        try (SmtpDialogue client = forms.smtp(PostfixForm.POLICY, STRANGER)) {
            assertThat(send(client, 5000, "small@example.org"))
                    .isEqualTo("452 4.2.2 <END-OF-MESSAGE>: End-of-data rejected: Mailbox is over quota");
            assertThat(send(client, 5000, "small@example.org", "Tight+x@example.org", "to-small@example.org"))
                    .startsWith(FULL);
            assertThat(send(client, 100, "small@example.org", "tight@example.org"))
                    .startsWith(TAKEN);
            assertThat(send(client, 5000, "small@example.org", "roomy@example.org"))
                    .startsWith(TAKEN);
            assertThat(send(client, 5000, "to-small@example.org", "to-either@example.org", "small@example.org"))
                    .startsWith(TAKEN);
            assertThat(send(client, 5000, "tight@example.org")).startsWith(FULL);
        }
    }

    /** A recipient refused at RCPT does not count: only the others do. */
    @Test
    void forgetsAtTheEndWhoWasRefusedBefore() {
        try (SmtpDialogue client = forms.smtp(PostfixForm.POLICY, STRANGER)) {
            client.mailFrom(SENDER);
            assertThat(client.rcptTo("small@example.org")).startsWith(TAKEN);
            assertThat(client.rcptTo("full@example.org")).startsWith(FULL);
            assertThat(client.rcptTo("nobody@example.org")).startsWith("550");
            assertThat(client.rcptTo("tight@example.org")).startsWith(TAKEN);
            assertThat(client.data("x".repeat(900))).startsWith(TAKEN);
            client.mailFrom(SENDER);
            assertThat(client.rcptTo("full@example.org")).startsWith(FULL);
            assertThat(client.rcptTo("small@example.org")).startsWith(TAKEN);
            assertThat(client.rcptTo("tight@example.org")).startsWith(TAKEN);
            assertThat(client.data(lines(5000))).startsWith(FULL);
        }
    }

    /** Two that the agent is asked about are refused by a later restriction, and it is not asked about two others. */
    @Test
    void takesWhomALaterRestrictionHasRefusedForNobodyElse() {
        try (SmtpDialogue client = forms.smtp(PostfixForm.POLICY, STRANGER)) {
            client.mailFrom(SENDER);
            assertThat(client.rcptTo("late@example.org")).startsWith("450");
            assertThat(client.rcptTo("late-2@example.org")).startsWith("450");
            assertThat(client.rcptTo("early@example.org")).startsWith(TAKEN);
            assertThat(client.rcptTo("early-2@example.org")).startsWith(TAKEN);
            assertThat(client.data(lines(5000))).startsWith(TAKEN);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "POLICY")
    void leavesTheRealSizeToDovecotInTheOtherForms(PostfixForm form) {
        try (SmtpDialogue client = forms.smtp(form, STRANGER)) {
            assertThat(send(client, 5000, "small@example.org", "tight@example.org"))
                    .startsWith(TAKEN);
        }
    }

    @ParameterizedTest
    @EnumSource
    void checksTheQuotaAlsoForThoseWhoMayRelay(PostfixForm form) {
        String ip = Map.of(
                        PostfixForm.MYSQL,
                        "192.0.2.1",
                        PostfixForm.SOCKETMAP,
                        "192.0.2.2",
                        PostfixForm.POLICY,
                        "192.0.2.3")
                .get(form);
        try (SmtpDialogue client = forms.smtp(form, ip)) {
            assertThat(client.rcptOnly(PostfixForms.AWAY)).startsWith("554 5.7.1");
            forms.login("roomy@example.org", ip);
            assertThat(client.rcptOnly(PostfixForms.AWAY)).startsWith(TAKEN);
            assertThat(client.rcptOnly("full@example.org")).startsWith(FULL);
        }
    }

    private String rcpt(PostfixForm form, String recipient) {
        try (SmtpDialogue client = forms.smtp(form, STRANGER)) {
            return client.rcptOnly(recipient);
        }
    }

    private String rcpt(PostfixForm form, String recipient, long size) {
        try (SmtpDialogue client = forms.smtp(form, STRANGER)) {
            assertThat(client.mailFrom(SENDER, size)).startsWith(TAKEN);
            return client.rcptTo(recipient);
        }
    }

    /** With RSET, as senders do: in Postfix 3.7 a refusal at the end of a message does not end the transaction. */
    private static String send(SmtpDialogue client, int size, String... recipients) {
        client.say("RSET");
        assertThat(client.mailFrom(SENDER)).startsWith(TAKEN);
        for (String recipient : recipients) {
            assertThat(client.rcptTo(recipient)).startsWith(TAKEN);
        }
        return client.data(lines(size));
    }

    private static String lines(int size) {
        return ("x".repeat(98) + "\r\n").repeat(size / 100);
    }
}
