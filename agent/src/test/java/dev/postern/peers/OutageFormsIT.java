package dev.postern.peers;

import static dev.postern.peers.PostfixForms.AWAY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.Await;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.DatabaseProxy;
import dev.postern.testing.LocalDatabaseServer;
import dev.postern.testing.OwnDatabaseServer;
import dev.postern.testing.PostfixServer;
import dev.postern.testing.PostfixServer.PostfixForm;
import dev.postern.testing.SmtpDialogue;
import dev.postern.testing.SocketmapStub;
import dev.postern.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The agent and MySQL go away and come back in the middle of SMTP sessions: what each shipped form makes of it. */
@ExtendWith({OwnDatabaseServer.class, DatabaseExtension.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OutageFormsIT {

    private static final String SENDER = "stranger@elsewhere.example";
    private static final String STRANGER = "198.51.100.1";
    private static final String TAKEN = "250 ";
    private static final String FULL = "452 4.2.2 ";
    private static final String REFUSED = "554 5.7.1 ";
    private static final String UNKNOWN = "550 5.1.1 ";
    private static final String BROKEN_MAP = "451 4.3.5 ";
    private static final String LATER = "450 4.3.0 ";
    private static final String NO_MAPS = "451 4.3.0 ";

    private LocalDatabaseServer server;
    private TestDatabase database;
    private DatabaseProxy proxy;
    private PostfixForms forms;
    private PostfixServer postfixOfASilentAgent;
    private CompletableFuture<List<String>> heldUp;
    private int logins;

    @BeforeAll
    void start(LocalDatabaseServer server, TestDatabase other, @TempDir Path directory) {
        PostfixServer.require();
        new MailTables(other).reset().active("alice@example.org", "full@example.org");
        postfixOfASilentAgent = PostfixServer.start(PostfixForm.SOCKETMAP, MailTables.account(other));
        heldUp = CompletableFuture.supplyAsync(this::askASilentAgent);
        this.server = server;
        database = TestDatabase.on(server, "mail");
        fill(new MailTables(database).reset());
        proxy = DatabaseProxy.to(database);
        forms = PostfixForms.chrooted(database, proxy, directory, "[relay]\nwindow = \"1h\"\n");
    }

    private static void fill(MailTables tables) {
        tables.active("alice@example.org", "full@example.org").set("full@example.org", "bytes = max_bytes");
        for (PostfixForm form : PostfixForm.values()) {
            tables.active(cold(form)).set(cold(form), "bytes = max_bytes");
        }
    }

    /** A full mailbox that has not been asked for. */
    private static String cold(PostfixForm form) {
        return "cold-" + form.name().toLowerCase(Locale.ROOT) + "@example.org";
    }

    @AfterAll
    void stop() {
        if (forms != null) {
            forms.close();
        }
        if (proxy != null) {
            proxy.close();
        }
        if (postfixOfASilentAgent != null) {
            postfixOfASilentAgent.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Order(1)
    void theAgentIsKilledAndStartedAgain(PostfixForm form) {
        String ip = login();
        try (SmtpDialogue client = forms.smtp(form, ip);
                SmtpDialogue stranger = forms.smtp(form, STRANGER)) {
            client.mailFrom(SENDER);
            stranger.mailFrom(SENDER);
            assertAllIsWell(client, stranger);
            forms.agent().kill9();
            assertThat(client.rcptTo(AWAY)).startsWith(by(form, TAKEN, BROKEN_MAP, LATER));
            assertThat(stranger.rcptTo(AWAY)).startsWith(by(form, REFUSED, BROKEN_MAP, LATER));
            assertThat(client.rcptTo("full@example.org")).startsWith(by(form, FULL, BROKEN_MAP, TAKEN));
            assertThat(stranger.rcptTo("alice@example.org")).startsWith(by(form, TAKEN, BROKEN_MAP, TAKEN));
            assertThat(stranger.rcptTo("nobody@example.org")).startsWith(UNKNOWN);
            forms.startAgent();
            assertAllIsWell(client, stranger);
            assertThat(client.data("Hello.")).startsWith(TAKEN);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Order(2)
    void theAgentIsRestarted(PostfixForm form) {
        String ip = login();
        try (SmtpDialogue client = forms.smtp(form, ip);
                SmtpDialogue stranger = forms.smtp(form, STRANGER)) {
            client.mailFrom(SENDER);
            stranger.mailFrom(SENDER);
            assertAllIsWell(client, stranger);
            assertThat(forms.agent().stop()).isZero();
            forms.startAgent();
            assertAllIsWell(client, stranger);
            assertThat(client.data("Hello.")).startsWith(TAKEN);
        }
    }

    /** Late answers of the agent reach no later request. */
    @Test
    @Order(3)
    void thePolicyFormGoesOnWithoutAFrozenAgent() {
        String ip = login();
        try (SmtpDialogue client = forms.smtp(PostfixForm.POLICY, ip)) {
            client.mailFrom(SENDER);
            assertThat(client.rcptTo(AWAY)).startsWith(TAKEN);
            assertThat(client.rcptTo("full@example.org")).startsWith(FULL);
            forms.agent().freeze();
            assertThat(client.rcptTo(AWAY)).startsWith(LATER);
            assertThat(client.rcptTo("full@example.org")).startsWith(TAKEN);
            client.write("RCPT TO:<alice@example.org>");
            forms.agent().thaw();
            assertThat(client.reply()).startsWith(TAKEN);
            assertThat(client.rcptTo("full@example.org")).startsWith(FULL);
            assertThat(client.data("Hello.")).startsWith(TAKEN);
        } finally {
            forms.agent().thaw();
        }
        assertThat(forms.relayByEverySmtpd(PostfixForm.POLICY, STRANGER)).allMatch(reply -> reply.startsWith(REFUSED));
        assertThat(forms.relayByEverySmtpd(PostfixForm.POLICY, ip)).allMatch(reply -> reply.startsWith(TAKEN));
    }

    @Test
    @Order(4)
    void theSocketmapFormWaitsForAFrozenAgent() {
        String ip = login();
        try (SmtpDialogue client = forms.smtp(PostfixForm.SOCKETMAP, ip);
                SmtpDialogue stranger = forms.smtp(PostfixForm.SOCKETMAP, STRANGER)) {
            client.mailFrom(SENDER);
            stranger.mailFrom(SENDER);
            assertAllIsWell(client, stranger);
            forms.agent().freeze();
            client.write("RCPT TO:<" + AWAY + ">");
            stranger.write("RCPT TO:<full@example.org>");
            forms.agent().thaw();
            assertThat(client.reply()).startsWith(TAKEN);
            assertThat(stranger.reply()).startsWith(FULL);
            assertAllIsWell(client, stranger);
        } finally {
            forms.agent().thaw();
        }
    }

    @Test
    @Order(5)
    void theMysqlFormDoesNotNotice() {
        String ip = login();
        forms.agent().freeze();
        try (SmtpDialogue client = forms.smtp(PostfixForm.MYSQL, ip);
                SmtpDialogue stranger = forms.smtp(PostfixForm.MYSQL, STRANGER)) {
            client.mailFrom(SENDER);
            stranger.mailFrom(SENDER);
            assertAllIsWell(client, stranger);
        } finally {
            forms.agent().thaw();
        }
    }

    /** MySQL's answer after the agent has replied with a temporary failure reaches no later request. */
    @ParameterizedTest
    @EnumSource(names = {"SOCKETMAP", "POLICY"})
    @Order(6)
    void theAgentGoesOnWhileMysqlHangs(PostfixForm form) {
        String ip = login();
        try (SmtpDialogue client = forms.smtp(form, ip);
                SmtpDialogue stranger = forms.smtp(form, STRANGER)) {
            client.mailFrom(SENDER);
            stranger.mailFrom(SENDER);
            assertAllIsWell(client, stranger);
            proxy.freeze();
            assertThat(client.rcptTo(cold(form))).startsWith(by(form, "", BROKEN_MAP, TAKEN));
            assertAllIsWell(client, stranger);
            proxy.thaw();
            assertAllIsWell(client, stranger);
            Await.until(
                    () -> stranger.rcptOnly(cold(form)).startsWith(FULL),
                    Duration.ofSeconds(30),
                    () -> String.join("\n", forms.agent().log()));
            assertAllIsWell(client, stranger);
        } finally {
            proxy.thaw();
        }
    }

    /** It goes unnoticed: each map goes to the second of its hosts, which is the first one once more. */
    @Test
    @Order(7)
    void mysqlIsRestarted() {
        String ip = login();
        Map<PostfixForm, SmtpDialogue> clients = forms.sessions(ip);
        Map<PostfixForm, SmtpDialogue> strangers = forms.sessions(STRANGER);
        clients.forEach((form, client) -> assertAllIsWell(client, strangers.get(form)));
        awaitPostfixAsksNothing();
        server.restart();
        clients.forEach((form, client) -> {
            assertAllIsWell(client, strangers.get(form));
            assertThat(client.data("Hello.")).as(forms.of(form)::mailLog).startsWith(TAKEN);
            client.close();
            strangers.get(form).close();
        });
    }

    /** smtpd has replied 250 to a recipient when cleanup begins to look for its aliases and subscribers. */
    private void awaitPostfixAsksNothing() {
        String asking = "SELECT id FROM information_schema.processlist"
                + " WHERE user = ? AND (command <> 'Sleep' OR time < 2)";
        String postfix = MailTables.account(database).user();
        Await.until(
                () -> database.query(asking, postfix).isEmpty(),
                Duration.ofSeconds(60),
                () -> "still asking: " + database.query(asking, postfix));
    }

    /** The other maps need it in every form. Once it is back, Postfix asks again after a minute at the latest. */
    @Test
    @Order(8)
    void everythingIsPutOffWhileMysqlIsDown() {
        String ip = login();
        Map<PostfixForm, SmtpDialogue> clients = forms.sessions(ip);
        server.stop();
        try {
            clients.forEach((form, client) -> {
                for (String recipient : List.of("alice@example.org", "full@example.org", "nobody@example.org")) {
                    assertThat(client.rcptOnly(recipient)).as(form.name()).startsWith(NO_MAPS);
                }
                assertThat(rcpt(form, STRANGER, AWAY)).as(form.name()).doesNotStartWith(TAKEN);
            });
        } finally {
            server.launch();
        }
        clients.forEach((form, client) -> awaitReply(form, STRANGER, "full@example.org", FULL));
        // Meanwhile the minute of the MySQL form has passed.
        forms.login("alice@example.org", ip);
        clients.forEach((form, client) -> {
            awaitReply(form, ip, AWAY, TAKEN);
            awaitReply(form, STRANGER, AWAY, REFUSED);
            client.close();
        });
    }

    private void awaitReply(PostfixForm form, String ip, String recipient, String reply) {
        Await.until(
                () -> rcpt(form, ip, recipient).startsWith(reply),
                Duration.ofMinutes(2),
                () -> form + " never again: " + reply);
    }

    /** With a time limit that Postfix has no parameter for; this began before everything else. */
    @Test
    @Order(9)
    void theSocketmapFormGivesUpAfterAHundredSeconds() throws Exception {
        assertThat(heldUp.get(180, TimeUnit.SECONDS))
                .satisfiesExactly(
                        first -> assertThat(first).startsWith(BROKEN_MAP),
                        same -> assertThat(same).startsWith(BROKEN_MAP),
                        next -> assertThat(next).startsWith(TAKEN),
                        last -> assertThat(last).startsWith(FULL));
        assertThat(postfixOfASilentAgent.mailLog()).contains("time limit exceeded");
    }

    private List<String> askASilentAgent() {
        List<String> replies = new ArrayList<>();
        try (SocketmapStub agent =
                SocketmapStub.listen(postfixOfASilentAgent.queueDirectory().resolve("postern/lookup"))) {
            agent.answer("quota full@example.org", "OK 452 4.2.2 Mailbox is over quota");
            agent.freeze();
            try (SmtpDialogue client = postfixOfASilentAgent.smtp(STRANGER).patient(Duration.ofMinutes(3))) {
                client.mailFrom(SENDER);
                replies.add(client.rcptTo("full@example.org"));
                agent.thaw();
                replies.add(client.rcptTo("alice@example.org"));
            }
            try (SmtpDialogue client = postfixOfASilentAgent.smtp(STRANGER)) {
                client.mailFrom(SENDER);
                replies.add(client.rcptTo("alice@example.org"));
                replies.add(client.rcptTo("full@example.org"));
            }
        }
        return replies;
    }

    /** From an address not used before. */
    private String login() {
        String ip = "2001:db8::" + ++logins;
        forms.login("alice@example.org", ip);
        return ip;
    }

    private static void assertAllIsWell(SmtpDialogue client, SmtpDialogue stranger) {
        assertThat(client.rcptTo(AWAY)).startsWith(TAKEN);
        assertThat(stranger.rcptTo(AWAY)).startsWith(REFUSED);
        assertThat(stranger.rcptTo("alice@example.org")).startsWith(TAKEN);
        assertThat(client.rcptTo("full@example.org")).startsWith(FULL);
    }

    private String rcpt(PostfixForm form, String ip, String recipient) {
        try (SmtpDialogue client = forms.smtp(form, ip)) {
            return client.rcptOnly(recipient);
        }
    }

    private static String by(PostfixForm form, String mysql, String socketmap, String policy) {
        return Map.of(PostfixForm.MYSQL, mysql, PostfixForm.SOCKETMAP, socketmap, PostfixForm.POLICY, policy)
                .get(form);
    }
}
