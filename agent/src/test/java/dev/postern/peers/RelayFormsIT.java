package dev.postern.peers;

import static dev.postern.peers.PostfixForms.AWAY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.Await;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.PostfixServer;
import dev.postern.testing.PostfixServer.PostfixForm;
import dev.postern.testing.SmtpDialogue;
import dev.postern.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which clients may relay, by each shipped form, in a chrooted Postfix. The agent gets logins as from hook scripts. */
@ExtendWith(DatabaseExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RelayFormsIT {

    private static final Duration WINDOW = Duration.ofSeconds(12);
    private static final String SENDER = "stranger@elsewhere.example";
    private static final String REFUSED = "554 5.7.1 ";
    private static final String TAKEN = "250 ";

    private PostfixForms forms;
    private MailTables tables;

    /** One session with one of the forms. */
    private record FormQuestion(PostfixForm form, SmtpDialogue client) {}

    @BeforeAll
    void start(TestDatabase database, @TempDir Path directory) {
        PostfixServer.require();
        tables = new MailTables(database)
                .reset()
                .active("alice@example.org", "bob@example.org", "carol@example.org", "full@example.org")
                .disabled("dave@example.org")
                .set("full@example.org", "bytes = max_bytes");
        forms = PostfixForms.chrooted(database, directory, "[relay]\nwindow = \"" + WINDOW.toSeconds() + "s\"\n");
    }

    @AfterAll
    void stop() {
        if (forms != null) {
            forms.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void smtpdIsChrooted(PostfixForm form) {
        try (SmtpDialogue client = forms.smtp(form, "198.51.100.1")) {
            assertThat(client.say("NOOP")).startsWith(TAKEN);
            assertThat(forms.of(form).rootsOf("smtpd"))
                    .containsOnly(forms.of(form).queueDirectory());
        }
    }

    /** Each recipient is a question of its own: a session may gain and lose the right to relay. */
    @Test
    void relaysFromTheLoginToTheEndOfItsWindowWithinOneSession() {
        List<FormQuestion> sessions = new ArrayList<>();
        for (PostfixForm form : PostfixForm.values()) {
            sessions.add(new FormQuestion(form, forms.smtp(form, "192.0.2.7")));
            sessions.add(new FormQuestion(form, forms.smtp(form, "2001:db8::7")));
        }
        sessions.forEach(session -> session.client().mailFrom(SENDER));
        everywhere(sessions, REFUSED);
        forms.login("alice@example.org", "192.0.2.7");
        forms.login("bob@example.org", "2001:db8::7");
        Instant told = Instant.now();
        everywhere(sessions, TAKEN);
        Await.until(() -> Instant.now().isAfter(told.plus(WINDOW)), WINDOW.plusSeconds(30), () -> "time stands still");
        // The map of the MySQL form has its minute in the query.
        tables.login("alice@example.org", "192.0.2.7", 61).login("bob@example.org", "2001:db8::7", 61);
        everywhere(sessions, REFUSED);
        for (FormQuestion session : sessions) {
            assertThat(session.client().rcptTo("alice@example.org")).startsWith(TAKEN);
            assertThat(session.client().data("Hello.")).startsWith(TAKEN);
            session.client().close();
        }
    }

    private static void everywhere(List<FormQuestion> sessions, String reply) {
        for (FormQuestion session : sessions) {
            assertThat(session.client().rcptTo(AWAY)).as(session.form().name()).startsWith(reply);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.20, 192.0.2.2",
        "192.0.2.20, 192.0.2.200",
        "192.0.2.20, 2001:db8::192.0.2.20",
        "2001:db8:0:1::20, 2001:db8:0:1::2",
        "2001:db8:0:1::20, 2001:db8:0:1::20:8",
        "2001:db8:0:1::20, 2001:db8:0:1::21",
    })
    void relaysForNobodyElse(String login, String neighbour) {
        for (PostfixForm form : PostfixForm.values()) {
            forms.login("carol@example.org", login);
            assertThat(relay(form, neighbour)).as(form.name()).startsWith(REFUSED);
            assertThat(relay(form, login)).as(form.name()).startsWith(TAKEN);
        }
    }

    @ParameterizedTest
    @CsvSource({"::ffff:192.0.2.21, 192.0.2.21", "2001:DB8:0:2:0::0021, 2001:db8:0:2::21"})
    void comparesAddressesAndNotTheirSpellings(String login, String client) {
        for (PostfixForm form : PostfixForm.values()) {
            forms.login("carol@example.org", login);
            assertThat(relay(form, client)).as(form.name()).startsWith(TAKEN);
        }
    }

    @ParameterizedTest
    @CsvSource({"dave@example.org, 192.0.2.31", "nobody@example.org, 192.0.2.32", "dave@example.org, 2001:db8::31"})
    void relaysNothingForDisabledAndUnknownMailboxes(String user, String ip) {
        forms.login(user, ip);
        for (PostfixForm form : PostfixForm.values()) {
            assertThat(relay(form, ip)).as(form.name()).startsWith(REFUSED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsThoseWhoMayRelayOfFullMailboxesToo(PostfixForm form) {
        forms.login("alice@example.org", "192.0.2.40");
        try (SmtpDialogue client = forms.smtp(form, "192.0.2.40")) {
            assertThat(client.rcptOnly(AWAY)).startsWith(TAKEN);
            assertThat(client.rcptOnly("full@example.org")).startsWith("452 4.2.2");
            assertThat(client.rcptOnly("nobody@example.org")).startsWith("550 5.1.1");
        }
    }

    /**
     * As many as Postfix has processes by default, and all of them ask at the same moment. Last, because processes that
     * begin after that are in Postfix's stress mode, which forgives no error.
     */
    @ParameterizedTest
    @EnumSource
    @Order(Integer.MAX_VALUE)
    void answersAHundredSessionsAtOnce(PostfixForm form) throws Exception {
        int count = 100;
        CyclicBarrier together = new CyclicBarrier(count);
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Callable<List<String>>> sessions = new ArrayList<>();
            for (int i = 1; i <= count; i++) {
                String ip = "203.0.113." + i;
                sessions.add(() -> ask(form, ip, together));
            }
            // None of them has logged in; their neighbour has.
            forms.login("alice@example.org", "203.0.113.101");
            for (Future<List<String>> session : threads.invokeAll(sessions, 120, TimeUnit.SECONDS)) {
                assertThat(session.get()).containsExactly("554 5.7.1", "250 2.1.5", "452 4.2.2", "550 5.1.1");
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(forms.of(form).mailLog())
                .doesNotContain("temporarily unavailable", "Server configuration", "problem talking", "lookup error")
                .doesNotContain("fatal:", "timed out", "timeout");
    }

    private List<String> ask(PostfixForm form, String ip, CyclicBarrier together) throws Exception {
        try (SmtpDialogue client = forms.smtp(form, ip)) {
            client.mailFrom(SENDER);
            together.await(90, TimeUnit.SECONDS);
            List<String> codes = new ArrayList<>();
            for (String recipient : List.of(AWAY, "alice@example.org", "full@example.org", "nobody@example.org")) {
                codes.add(client.rcptTo(recipient).substring(0, 9));
            }
            return codes;
        }
    }

    private String relay(PostfixForm form, String ip) {
        try (SmtpDialogue client = forms.smtp(form, ip)) {
            return client.rcptOnly(AWAY);
        }
    }
}
