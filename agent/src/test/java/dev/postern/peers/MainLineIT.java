package dev.postern.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.Await;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.DovecotServer;
import dev.postern.testing.MailClient;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.PostfixServer;
import dev.postern.testing.RealServers;
import dev.postern.testing.SmtpDialogue;
import dev.postern.testing.SpoolFiles;
import dev.postern.testing.TestDatabase;
import dev.postern.testing.UnixPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a login on a real Dovecot, through the shipped scripts and the packaged agent, into a real database and out to a
 * real Postfix: each with the shipped configuration.
 */
@ExtendWith(DatabaseExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MainLineIT {

    private static final String AWAY = "friend@elsewhere.example";
    private static final String FULL = "452 4.2.2";

    private TestDatabase database;
    private PostfixServer postfix;
    private PostfixServer postfixOnMysql;
    private DovecotServer dovecot;
    private AgentConfigFile files;
    private PackagedAgent agent;

    @BeforeAll
    void start(TestDatabase fresh, @TempDir Path directory) throws Exception {
        PostfixServer.require();
        DovecotServer.require();
        if (fresh.socket() == null) {
            RealServers.missing("Dovecot's shipped configuration needs the database's socket");
        }
        database = fresh;
        postfix = PostfixServer.startWithoutSink(PostfixServer.PostfixForm.SOCKETMAP, MailTables.account(database));
        postfixOnMysql = PostfixServer.startWithoutSink(PostfixServer.PostfixForm.MYSQL, MailTables.account(database));
        dovecot = DovecotServer.start(database, postfix.queueDirectory(), "90-postern.conf", "91-postern-scripts.conf");
        Path lookup = Files.createDirectories(postfix.queueDirectory().resolve("postern"))
                .resolve("lookup");
        files = AgentConfigFile.of(
                directory,
                dovecot.postern().resolve("events.sock"),
                dovecot.spool(),
                lookup,
                database,
                "[relay]\nwindow = \"4s\"\n");
    }

    @AfterAll
    void stop() {
        if (dovecot != null) {
            dovecot.close();
        }
        if (postfix != null) {
            postfix.close();
        }
        if (postfixOnMysql != null) {
            postfixOnMysql.close();
        }
    }

    @BeforeEach
    void fill() {
        new MailTables(database).reset();
        database.execute("INSERT INTO user (email, surname, password, max_bytes, max_messages) VALUES"
                + " ('alice@example.org', 'a', '{PLAIN}secret', 0, 0),"
                + " ('small@example.org', 's', '{PLAIN}secret', 1048576, 3)");
        agent = PackagedAgent.start(files.file());
    }

    @AfterEach
    void stopAgent() {
        agent.close();
    }

    @Test
    void aPop3LoginOpensTheRelayForItsAddressAndForAWhile() {
        opensTheRelay(
                "192.0.2.7",
                "192.0.2.8",
                () -> MailClient.pop3(dovecot.pop3Port(), "192.0.2.7", "alice@example.org", "secret")
                        .close());
    }

    @Test
    void anImapLoginOverIpv6DoesToo() {
        opensTheRelay(
                "2001:db8::7",
                "2001:db8::7:8",
                () -> MailClient.imap(dovecot.imapPort(), "2001:db8::7", "alice@example.org", "secret")
                        .close());
    }

    private void opensTheRelay(String ip, String neighbour, Runnable login) {
        assertThat(relay(postfix, ip)).as(postfix.mailLog()).startsWith("554");
        assertThat(relay(postfixOnMysql, ip)).startsWith("554");
        login.run();
        await(() -> relay(postfix, ip).startsWith("250"));
        assertThat(relay(postfix, neighbour)).startsWith("554");
        await(() -> ip.equals(row("alice").get("lastip")));
        assertThat(relay(postfixOnMysql, ip)).startsWith("250");
        assertThat(relay(postfixOnMysql, neighbour)).startsWith("554");
        await(() -> relay(postfix, ip).startsWith("554"));
        // The map of the MySQL form has its minute in the query.
        database.execute("UPDATE user SET lasttime = UTC_TIMESTAMP(6) - INTERVAL 61 SECOND");
        assertThat(relay(postfixOnMysql, ip)).startsWith("554");
    }

    @Test
    void lasttimeIsUtcAndNow() {
        MailClient.pop3(dovecot.pop3Port(), "192.0.2.7", "alice@example.org", "secret")
                .close();
        await(() -> row("alice").get("lasttime") != null);
        assertThat(database.query("SELECT ABS(TIMESTAMPDIFF(SECOND, lasttime, UTC_TIMESTAMP())) < 30 AS now FROM user"
                                + " WHERE email = 'alice@example.org'")
                        .get(0)
                        .get("now")
                        .toString())
                .isIn("1", "true");
    }

    @Test
    void aMailboxThatGetsFullIsRefusedAndAcceptedAgainWhenItIsNot() {
        assertThat(local(postfix)).startsWith("250");
        for (int i = 0; i < 3; i++) {
            dovecot.deliver("small@example.org", "Subject: " + i + "\n\nhello\n");
        }
        await(() -> local(postfix).startsWith(FULL));
        await(() -> local(postfixOnMysql).startsWith(FULL));
        assertThat(row("small").get("messages")).hasToString("3");

        dovecot.doveadm("expunge", "-u", "small@example.org", "mailbox", "INBOX", "1:*");
        await(() -> local(postfix).startsWith("250"));
        await(() -> local(postfixOnMysql).startsWith("250"));
    }

    @Test
    void quotaImportTellsWhatEveryMailboxHolds() {
        dovecot.deliver("alice@example.org", "Subject: x\n\nhello\n");
        dovecot.run("/usr/bin/setpriv", capabilitiesOfTheUnit(), "--inh-caps=-all", "/usr/lib/postern/quota-import");
        await(() -> row("alice").get("messages") != null);
        assertThat(dovecot.doveadm("mailbox", "status", "-t", "-u", "alice@example.org", "messages vsize", "*"))
                .isEqualToIgnoringNewLines("messages=%s vsize=%s"
                        .formatted(row("alice").get("messages"), row("alice").get("bytes")));
    }

    /** As systemd bounds what the shipped unit executes. */
    private static String capabilitiesOfTheUnit() {
        Path unit = TestDatabase.schema().resolveSibling("agent").resolve("dist/postern-quota-import.service");
        try (Stream<String> lines = Files.lines(unit)) {
            String bounding = lines.filter(line -> line.startsWith("CapabilityBoundingSet=CAP_"))
                    .findFirst()
                    .orElseThrow();
            return bounding.toLowerCase(Locale.ROOT)
                    .replace("capabilityboundingset=", "--bounding-set=-all ")
                    .replace(" cap_", ",+");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void mailGoesThroughPostfixIntoTheMailbox() {
        try (SmtpDialogue client = postfix.smtp("198.51.100.1")) {
            assertThat(client.send("stranger@elsewhere.example", "alice@example.org"))
                    .startsWith("250");
        }
        String before = messages("alice");
        await(() -> !messages("alice").equals(before) || !before.contains("messages=0"));
        assertThat(messages("alice")).doesNotContain("messages=0");
    }

    @Test
    void deliveryIntoAFullMailboxIsRefusedForNow() {
        for (int i = 0; i < 3; i++) {
            dovecot.deliver("small@example.org", "Subject: " + i + "\n\nhello\n");
        }
        try (UnixPeer lmtp = UnixPeer.connect(postfix.queueDirectory().resolve("private/dovecot-lmtp"))) {
            lmtp.send("LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<small@example.org>\r\nDATA\r\n");
            await(() -> lmtp.readLine().startsWith("354"));
            lmtp.send("Subject: one too many\r\n\r\nhello\r\n.\r\n");
            assertThat(lmtp.readLine()).startsWith("452 4.2.2").contains("No space to store your message");
        }
        dovecot.doveadm("expunge", "-u", "small@example.org", "mailbox", "INBOX", "1:*");
    }

    @Test
    void postfixMayAskDovecotForPasswords() {
        String plain = java.util.Base64.getEncoder()
                .encodeToString("\0alice@example.org\0secret".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        try (UnixPeer auth = UnixPeer.connect(postfix.queueDirectory().resolve("private/auth"))) {
            auth.send("VERSION\t1\t1\nCPID\t4711\n");
            await(() -> auth.readLine().equals("DONE"));
            auth.send("AUTH\t1\tPLAIN\tservice=smtp\tresp=" + plain + "\n");
            assertThat(auth.readLine()).startsWith("OK\t1\tuser=alice@example.org");
        }
    }

    private String messages(String user) {
        return dovecot.doveadm("mailbox", "status", "-u", user + "@example.org", "messages", "INBOX");
    }

    @Test
    void whatHappenedWhileTheAgentWasAwayIsTakenInWhenItIsBack() {
        assertThat(agent.stop()).isZero();
        MailClient.imap(dovecot.imapPort(), "192.0.2.9", "alice@example.org", "secret")
                .close();
        await(() -> !SpoolFiles.in(dovecot.spool()).isEmpty());
        agent = PackagedAgent.start(files.file());
        await(() -> "192.0.2.9".equals(row("alice").get("lastip")));
        await(() -> SpoolFiles.in(dovecot.spool()).isEmpty());
    }

    @Test
    void aRestartForgetsNoWindow() {
        MailClient.pop3(dovecot.pop3Port(), "192.0.2.7", "alice@example.org", "secret")
                .close();
        await(() -> "192.0.2.7".equals(row("alice").get("lastip")));
        database.execute("UPDATE user SET lasttime = UTC_TIMESTAMP(6) + INTERVAL 2 SECOND");
        agent.kill9();
        agent = PackagedAgent.start(files.file());
        await(() -> relay(postfix, "192.0.2.7").startsWith("250"));
        assertThat(relay(postfix, "192.0.2.8")).startsWith("554");
    }

    @Test
    void aFrozenAgentHoldsNoLoginUp() {
        agent.freeze();
        try {
            MailClient.pop3(dovecot.pop3Port(), "192.0.2.10", "alice@example.org", "secret")
                    .close();
            await(() -> !SpoolFiles.in(dovecot.spool()).isEmpty());
        } finally {
            agent.thaw();
        }
        await(() -> "192.0.2.10".equals(row("alice").get("lastip")));
    }

    private static String relay(PostfixServer server, String ip) {
        try (SmtpDialogue client = server.smtp(ip)) {
            return client.rcptOnly(AWAY);
        }
    }

    private static String local(PostfixServer server) {
        try (SmtpDialogue client = server.smtp("198.51.100.1")) {
            return client.rcptOnly("small@example.org");
        }
    }

    private Map<String, Object> row(String user) {
        return database.query(
                        "SELECT lastip, lasttime, bytes, messages FROM user WHERE email = ?", user + "@example.org")
                .get(0);
    }

    private void await(java.util.function.BooleanSupplier holds) {
        Await.until(
                holds,
                Duration.ofSeconds(20),
                () -> String.join("\n", agent.log()) + "\n" + dovecot.log() + "\n" + postfix.mailLog());
    }
}
