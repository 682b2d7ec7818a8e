package dev.postern.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.PostfixServer;
import dev.postern.testing.SmtpDialogue;
import dev.postern.testing.SocketmapStub;
import dev.postern.testing.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The shipped socketmap form: what a chrooted smtpd asks at the agent's socket, in which order, and when it does not.
 */
@Tag("newest-peers")
@ExtendWith(DatabaseExtension.class)
class SocketmapFormIT {

    private static final String AWAY = "friend@elsewhere.example";

    private static PostfixServer postfix;
    private static MailTables tables;
    private SocketmapStub agent;

    @BeforeAll
    static void start(TestDatabase database) {
        PostfixServer.require();
        tables = new MailTables(database);
        postfix = PostfixServer.start(PostfixServer.PostfixForm.SOCKETMAP, MailTables.account(database));
    }

    @AfterAll
    static void stop() {
        if (postfix != null) {
            postfix.close();
        }
    }

    @BeforeEach
    void fill() {
        tables.reset().active("alice@example.org", "full@example.org");
        agent = SocketmapStub.listen(postfix.queueDirectory().resolve("postern/lookup"));
    }

    @AfterEach
    void stopAgent() {
        agent.close();
    }

    @Test
    void asksTheLoginMapForRelayAttemptsAlone() {
        agent.answer("pop-before-smtp 192.0.2.7", "OK OK");
        try (SmtpDialogue client = postfix.smtp("192.0.2.7")) {
            assertThat(client.rcptOnly(AWAY)).startsWith("250");
            assertThat(client.rcptOnly("alice@example.org")).startsWith("250");
        }
        assertThat(agent.requests())
                .containsExactly(
                        "pop-before-smtp mail.sub.client.example",
                        "pop-before-smtp 192.0.2.7",
                        "quota " + AWAY,
                        "quota alice@example.org");
    }

    @Test
    void refusesTheRelayToEverybodyElse() {
        agent.answer("pop-before-smtp 2001:db8::7", "OK OK");
        try (SmtpDialogue client = postfix.smtp("2001:db8::7:8")) {
            assertThat(client.rcptOnly(AWAY)).startsWith("554 5.7.1").contains("Relay access denied");
        }
        assertThat(agent.requests())
                .containsExactly("pop-before-smtp mail.sub.client.example", "pop-before-smtp 2001:db8::7:8");
    }

    @Test
    void refusesFullMailboxesAndAsksForKnownOnesAlone() {
        agent.answer("quota full@example.org", "OK 452 4.2.2 Mailbox is over quota");
        try (SmtpDialogue client = postfix.smtp("198.51.100.1")) {
            assertThat(client.rcptOnly("nobody@example.org")).startsWith("550 5.1.1");
            assertThat(client.rcptOnly("Full@Example.org"))
                    .isEqualTo("452 4.2.2 <Full@Example.org>: Recipient address rejected: Mailbox is over quota");
            assertThat(client.rcptOnly("full+news@example.org")).startsWith("250");
        }
        assertThat(agent.requests()).containsExactly("quota full@example.org", "quota full+news@example.org");
    }

    @Test
    void putsOffWhatADeadAgentCannotAnswer() {
        agent.close();
        try (SmtpDialogue client = postfix.smtp("198.51.100.1")) {
            assertThat(client.rcptOnly("alice@example.org")).startsWith("451 4.3.5");
            assertThat(client.rcptOnly(AWAY)).startsWith("451 4.3.5");
            assertThat(client.rcptOnly("nobody@example.org")).startsWith("550 5.1.1");
        }
    }

    @Test
    void putsOffWhatTheAgentCannotTell() {
        agent.answer("quota alice@example.org", "TEMP database is down");
        agent.answer("pop-before-smtp 198.51.100.1", "TEMP database is down");
        try (SmtpDialogue client = postfix.smtp("198.51.100.1")) {
            assertThat(client.rcptOnly("alice@example.org")).startsWith("451 4.3.5");
            assertThat(client.rcptOnly(AWAY)).startsWith("451 4.3.5");
        }
    }

    @Test
    void findsTheAgentAgainAfterARestart() {
        try (SmtpDialogue client = postfix.smtp("198.51.100.1")) {
            assertThat(client.rcptOnly("alice@example.org")).startsWith("250");
            agent.close();
            agent = SocketmapStub.listen(postfix.queueDirectory().resolve("postern/lookup"));
            agent.answer("quota alice@example.org", "OK 452 4.2.2 Mailbox is over quota");
            assertThat(client.rcptOnly("alice@example.org")).startsWith("452 4.2.2");
        }
    }

    @Test
    void answersPostmapAsTheReadmeSays() {
        agent.answer("quota full@example.org", "OK 452 4.2.2 Mailbox is over quota");
        String map = "socketmap:unix:" + postfix.queueDirectory().resolve("postern/lookup") + ":quota";
        assertThat(postfix.query("full@example.org", map)).contains("452 4.2.2 Mailbox is over quota");
        assertThat(postfix.query("alice@example.org", map)).isEmpty();
    }
}
