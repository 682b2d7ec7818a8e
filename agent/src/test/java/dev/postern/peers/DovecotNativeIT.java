package dev.postern.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.Await;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.DovecotHost;
import dev.postern.testing.DovecotServer;
import dev.postern.testing.DovecotVersion;
import dev.postern.testing.LmtpClient;
import dev.postern.testing.MailClient;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.TestDatabase;
import dev.postern.testing.UnixPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real Dovecots report to the agent over its own sockets, with the files of {@code dovecot/} as they are. */
@Tag("newest-peers")
@ParameterizedClass
@EnumSource(NativeSetup.class)
@ExtendWith(DatabaseExtension.class)
class DovecotNativeIT {

    private static final String ALICE = "alice@example.org";
    private static final String MAIL = "Subject: x\n\n" + "hello\n".repeat(50);
    private static final int CROWD = 200;

    private static TestDatabase database;
    private static Path queue;
    private static DovecotServer dovecot;
    private static AgentConfigFile files;
    private static PackagedAgent agent;

    private final NativeSetup way;

    DovecotNativeIT(NativeSetup way) {
        this.way = way;
    }

    @BeforeParameterizedClassInvocation
    static void start(NativeSetup way, TestDatabase given, @TempDir Path directory) throws IOException {
        way.version.require();
        database = given;
        queue = Files.createDirectories(directory.resolve("queue"));
        Files.createDirectories(queue.resolve("private"));
        dovecot = DovecotServer.start(
                way.version,
                database,
                queue,
                DovecotHost.USED.with(Map.of("conf.d/99-own.conf", way.own())),
                way.files());
        files = AgentConfigFile.of(
                directory,
                dovecot.postern().resolve("events.sock"),
                dovecot.spool(),
                directory.resolve("lookup"),
                database,
                """
                [dict]
                socket = "%1$s/dict.sock"
                mode = "0666"
                [postlogin]
                imap = "%1$s/imap-postlogin.sock"
                pop3 = "%1$s/pop3-postlogin.sock"
                [warning]
                quota = "%1$s/quota-warning.sock"
                over = "%1$s/quota-over.sock"
                mode = "0666"
                """.formatted(dovecot.postern()));
        agent = PackagedAgent.start(files.file());
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (agent != null) {
            agent.close();
            agent = null;
        }
        if (dovecot != null) {
            dovecot.close();
            dovecot = null;
        }
    }

    @BeforeEach
    void fill() {
        database.execute("DELETE FROM user");
        user(ALICE, 0, 0);
        dovecot.run("sh", "-c", "rm -rf /var/mail/virtual/*");
    }

    @Test
    void aLoginByEitherProtocolIsInTheRowAndOpensTheRelay() {
        MailClient.imap(dovecot.imapPort(), "192.0.2.7", ALICE, "secret").close();
        await(() -> "192.0.2.7".equals(row(ALICE).get("lastip")));
        assertThat(relay("192.0.2.7")).startsWith("5:OK OK");
        MailClient.pop3(dovecot.pop3Port(), "2001:db8::7", ALICE, "secret").close();
        await(() -> "2001:db8::7".equals(row(ALICE).get("lastip")));
        assertThat(relay("2001:db8::7")).startsWith("5:OK OK");
    }

    /** Dovecot completes and folds what was typed. */
    @ParameterizedTest
    @ValueSource(strings = {"alice", "ALICE@Example.ORG"})
    void aLoginIsTheMailboxesWhateverWasTyped(String name) {
        MailClient.imap(dovecot.imapPort(), "192.0.2.7", name, "secret").close();
        await(() -> "192.0.2.7".equals(row(ALICE).get("lastip")));
    }

    @Test
    void aMasterUsersLoginIsNotTheOwners() {
        MailClient.imap(dovecot.imapPort(), "192.0.2.66", ALICE + "*root", "master")
                .close();
        MailClient.pop3(dovecot.pop3Port(), "192.0.2.66", ALICE + "*root", "master")
                .close();
        user("bob@example.org", 0, 0);
        MailClient.imap(dovecot.imapPort(), "192.0.2.7", "bob@example.org", "secret")
                .close();
        await(() -> "192.0.2.7".equals(row("bob@example.org").get("lastip")));
        assertThat(row(ALICE).get("lastip")).isNull();
        assertThat(relay("192.0.2.66")).startsWith("9:NOTFOUND ");
    }

    /** last_login fires for these too, where it is switched on for everything. */
    @Test
    void deliveriesAndDoveadmAreNoLogins() {
        assertThat(LmtpClient.deliver(queue.resolve("private/dovecot-lmtp"), ALICE, MAIL))
                .startsWith("250");
        dovecot.deliver(ALICE, MAIL);
        dovecot.doveadm("mailbox", "list", "-u", ALICE);
        awaitFigures(ALICE, 2);
        assertThat(row(ALICE).get("lastip")).isNull();
    }

    /** Also with a folder that is cleaned up, for which Dovecot needs a lock, and with a file among the folders. */
    @Test
    void aSessionEndsWithoutErrorsAndASieveScriptIsNoFolder() {
        dovecot.deliver(ALICE, MAIL);
        Path mailbox = dovecot.mail().resolve("virtual/example.org/alice");
        dovecot.run("sh", "-c", "echo 'keep;' >/var/mail/virtual/example.org/alice/.dovecot.sieve");
        MailClient imap = MailClient.imap(dovecot.imapPort(), "192.0.2.7", ALICE, "secret");
        append(imap, "INBOX");
        imap.expect("a8 LOGOUT", "a8 OK");
        imap.close();
        await(() -> Files.isDirectory(mailbox.resolve("home")));
        awaitFigures(ALICE, 2);
        assertThat(dovecot.log()).doesNotContain("autoexpunge");
    }

    @Test
    void theLargestLimitsLockNobodyOut() {
        database.execute("INSERT INTO user (email, surname, password, max_bytes, max_messages)"
                + " VALUES ('huge@example.org', 'h', '{PLAIN}secret', 18446744073709551615, 4294967295)");
        MailClient.imap(dovecot.imapPort(), "192.0.2.7", "huge@example.org", "secret")
                .close();
        assertThat(LmtpClient.deliver(queue.resolve("private/dovecot-lmtp"), "huge@example.org", MAIL))
                .startsWith("250");
        awaitFigures("huge@example.org", 1);
    }

    @Test
    void figuresAreThoseOfTheMailboxWhateverIsDoneToIt() {
        try (MailClient imap = MailClient.imap(dovecot.imapPort(), "192.0.2.7", ALICE, "secret")) {
            append(imap, "INBOX");
            append(imap, "INBOX");
            imap.expect("a4 CREATE Archive", "a4 OK");
            imap.expect("a5 SELECT INBOX", "a5 OK");
            imap.expect("a6 COPY 1:2 Archive", "a6 OK");
            imap.expect("a7 MOVE 1 Archive", "a7 OK");
            imap.expect("a8 LOGOUT", "a8 OK");
        }
        awaitFigures(ALICE, 4);
        assertThat(LmtpClient.deliver(queue.resolve("private/dovecot-lmtp"), ALICE, MAIL))
                .startsWith("250");
        awaitFigures(ALICE, 5);
        try (MailClient imap = MailClient.imap(dovecot.imapPort(), "192.0.2.7", ALICE, "secret")) {
            imap.expect("a5 SELECT INBOX", "a5 OK");
            imap.expect("a6 STORE 1 +FLAGS (\\Deleted)", "a6 OK");
            imap.expect("a7 EXPUNGE", "a7 OK");
            imap.expect("a8 LOGOUT", "a8 OK");
        }
        awaitFigures(ALICE, 4);
        dovecot.doveadm("expunge", "-u", ALICE, "mailbox", "Archive", "1");
        awaitFigures(ALICE, 3);
        try (MailClient imap = MailClient.imap(dovecot.imapPort(), "192.0.2.7", ALICE, "secret")) {
            imap.expect("a5 DELETE Archive", "a5 OK");
            imap.expect("a8 LOGOUT", "a8 OK");
        }
        dovecot.deliver(ALICE, MAIL);
        awaitFigures(ALICE, 2);
    }

    @Test
    void aRecountMendsFigures() {
        dovecot.deliver(ALICE, MAIL);
        awaitFigures(ALICE, 1);
        forget(ALICE);
        if (way.quotaIsInDict) {
            dovecot.doveadm("quota", "recalc", "-u", ALICE);
        } else {
            assertThat(dovecot.run("/usr/lib/postern/quota-import"))
                    .contains(way.version.isAtLeast24(5) ? "counted anew by Dovecot" : "1 taken");
        }
        awaitFigures(ALICE, 1);
    }

    /** Of a second namespace, and without a folder that a quota rule leaves out. */
    @Test
    void anImportIsExactInEveryNamespace() {
        dovecot.deliver(ALICE, MAIL);
        dovecot.doveadm("mailbox", "create", "-u", ALICE, "Old/2025", "Spam");
        dovecot.doveadm("copy", "-u", ALICE, "Old/2025", "mailbox", "INBOX", "all");
        dovecot.doveadm("copy", "-u", ALICE, "Spam", "mailbox", "INBOX", "all");
        long bytes = 2 * Long.parseLong(mailbox(ALICE, "INBOX").replaceFirst(".*vsize=", ""));
        String exact = "messages=2 vsize=" + bytes;
        await(() -> told(ALICE).equals(exact));
        forget(ALICE);
        dovecot.run("/usr/lib/postern/quota-import");
        await(() -> told(ALICE).equals(exact));
    }

    /** Of folders that a wildcard keeps out of the quota the sum is another figure, and the quota's is in KiB. */
    @Test
    void anImportKeepsTheExactFigureWhereItKnowsKibAlone() {
        dovecot.deliver(ALICE, MAIL);
        dovecot.doveadm("mailbox", "create", "-u", ALICE, "Tmp-1");
        dovecot.doveadm("copy", "-u", ALICE, "Tmp-1", "mailbox", "INBOX", "all");
        String exact = mailbox(ALICE, "INBOX");
        await(() -> told(ALICE).equals(exact));
        dovecot.run("/usr/lib/postern/quota-import");
        assertThat(dovecot.doveadm("dict", "get", "-u", ALICE, dict(), "priv/quota/storage"))
                .contains(exact.replaceFirst(".*vsize=", ""));
        forget(ALICE);
        dovecot.run("/usr/lib/postern/quota-import");
        await(() -> told(ALICE).startsWith("messages=1 "));
    }

    /** 2.4 takes the name of settings in place of a URI. */
    private String dict() {
        return way.version == DovecotVersion.V2_4 ? "quota_clone" : "proxy:/run/postern/dict.sock:quota";
    }

    @Test
    void doveadmReadsAndWritesTheDict() {
        String dict = dict();
        dovecot.doveadm("dict", "set", "-u", ALICE, dict, "priv/quota/storage", "12345");
        assertThat(dovecot.doveadm("dict", "get", "-u", ALICE, dict, "priv/quota/storage"))
                .contains("12345");
        dovecot.doveadm("dict", "inc", "-u", ALICE, dict, "priv/quota/storage", "--", "-45");
        dovecot.doveadm("dict", "set", "-u", ALICE, dict, "priv/quota/messages", "7");
        assertThat(dovecot.doveadm("dict", "iter", "-u", ALICE, dict, "priv/quota/"))
                .containsPattern("priv/quota/storage\\s+12300")
                .containsPattern("priv/quota/messages\\s+7");
        dovecot.doveadm("dict", "unset", "-u", ALICE, dict, "priv/quota/storage");
        assertThatThrownBy(() -> dovecot.doveadm("dict", "get", "-u", ALICE, dict, "priv/quota/storage"))
                .hasMessageContaining("68");
        assertThat(row(ALICE)).containsEntry("bytes", null).containsEntry("messages", 7L);
    }

    @Test
    void whatIsOverTheLimitIsRefusedAndWarnedOf() {
        user("small@example.org", 0, 2);
        try (MailClient imap = MailClient.imap(dovecot.imapPort(), "192.0.2.7", "small@example.org", "secret")) {
            append(imap, "INBOX");
            append(imap, "INBOX");
            assertThatThrownBy(() -> append(imap, "INBOX")).hasMessageContaining("OVERQUOTA");
            imap.expect("a8 LOGOUT", "a8 OK");
        }
        awaitFigures("small@example.org", 2);
        agent.awaitLog(line -> line.contains("quota warning")
                && line.contains("user=small@example.org")
                && line.contains("threshold=100"));
        assertThat(LmtpClient.deliver(queue.resolve("private/dovecot-lmtp"), "small@example.org", MAIL))
                .startsWith("452");
        await(() -> ask("quota small@example.org").startsWith("OK 452"));
    }

    @Test
    void twoSessionsOfOneUserAtOnce() {
        try (MailClient one = MailClient.imap(dovecot.imapPort(), "192.0.2.7", ALICE, "secret");
                MailClient other = MailClient.imap(dovecot.imapPort(), "192.0.2.8", ALICE, "secret")) {
            for (int i = 0; i < 5; i++) {
                append(one, "INBOX");
                append(other, "INBOX");
            }
            one.expect("a8 LOGOUT", "a8 OK");
            other.expect("a8 LOGOUT", "a8 OK");
        }
        awaitFigures(ALICE, 10);
    }

    @Test
    void twoHundredUsersAtOnce() throws Exception {
        List<String> users = IntStream.range(0, CROWD)
                .mapToObj(i -> "user" + i + "@example.org")
                .toList();
        users.forEach(user -> user(user, 0, 0));
        var pool = Executors.newFixedThreadPool(CROWD);
        try {
            List<Callable<Void>> sessions = users.stream()
                    .<Callable<Void>>map(user -> () -> session(user))
                    .toList();
            for (var session : pool.invokeAll(sessions)) {
                session.get();
            }
        } finally {
            pool.shutdownNow();
        }
        await(() -> database.query("SELECT COUNT(*) AS n FROM user WHERE lastip = '192.0.2.9' AND messages = 1")
                .get(0)
                .get("n")
                .equals((long) CROWD));
    }

    @Test
    void whileTheAgentIsStoppedMailGoesOnAndAnImportMakesUpForIt() {
        dovecot.deliver(ALICE, MAIL);
        awaitFigures(ALICE, 1);
        assertThat(agent.stop()).isZero();
        loginWithoutAgent();
        dovecot.deliver(ALICE, MAIL);
        assertThat(LmtpClient.deliver(queue.resolve("private/dovecot-lmtp"), ALICE, MAIL))
                .startsWith("250");
        agent = PackagedAgent.start(files.file());
        assertThat(row(ALICE)).containsEntry("messages", 1L);
        dovecot.run("/usr/lib/postern/quota-import");
        awaitFigures(ALICE, 3);
        MailClient.imap(dovecot.imapPort(), "192.0.2.44", ALICE, "secret").close();
        await(() -> "192.0.2.44".equals(row(ALICE).get("lastip")));
    }

    @Test
    void whileTheAgentIsFrozenALoginGoesOn() {
        agent.freeze();
        try {
            loginWithoutAgent();
        } finally {
            agent.thaw();
        }
        MailClient.imap(dovecot.imapPort(), "192.0.2.45", ALICE, "secret").close();
        await(() -> "192.0.2.45".equals(row(ALICE).get("lastip")));
    }

    private void loginWithoutAgent() {
        if (way.failsClosed()) {
            assertThatThrownBy(() -> MailClient.imap(dovecot.imapPort(), "192.0.2.43", ALICE, "secret"))
                    .isInstanceOf(AssertionError.class);
            return;
        }
        MailClient.imap(dovecot.imapPort(), "192.0.2.43", ALICE, "secret").close();
        MailClient.pop3(dovecot.pop3Port(), "192.0.2.43", ALICE, "secret").close();
    }

    private static Void session(String user) {
        try (MailClient imap = MailClient.imap(dovecot.imapPort(), "192.0.2.9", user, "secret")) {
            append(imap, "INBOX");
            imap.expect("a8 LOGOUT", "a8 OK");
        }
        return null;
    }

    private static void append(MailClient imap, String mailbox) {
        String mail = MAIL.replace("\n", "\r\n");
        imap.expect("a3 APPEND " + mailbox + " {" + mail.length() + "+}\r\n" + mail, "a3 OK");
    }

    private static void user(String email, long maxBytes, long maxMessages) {
        database.execute("INSERT INTO user (email, surname, password, max_bytes, max_messages) VALUES ('" + email
                + "', '" + email.replaceFirst("@.*", "") + "', '{PLAIN}secret', " + maxBytes + ", " + maxMessages
                + ")");
    }

    /** As if increments had been missed. The agent has to read the row anew. */
    private static void forget(String user) {
        try (UnixPeer peer = UnixPeer.connect(files.events())) {
            assertThat(peer.send("quota\tuser=" + user + "\tbytes=77\tmessages=77\n")
                            .readLine())
                    .isEqualTo("OK");
        }
    }

    /** That the row shows what the mailbox holds, and Dovecot's quota the same. */
    private static void awaitFigures(String user, long messages) {
        Await.until(
                () -> mailbox(user).equals(told(user)) && told(user).startsWith("messages=" + messages + " "),
                Duration.ofSeconds(20),
                () -> told(user) + " instead of " + mailbox(user) + " and " + messages + " messages: " + agent.log()
                        + dovecot.log());
        Map<String, Object> row = row(user);
        assertThat(dovecot.doveadm("-f", "tab", "quota", "get", "-u", user))
                .contains("STORAGE\t" + (((Long) row.get("bytes") + 1023) / 1024) + "\t")
                .contains("MESSAGE\t" + row.get("messages") + "\t");
    }

    private static String mailbox(String user) {
        return mailbox(user, "*");
    }

    private static String mailbox(String user, String folders) {
        return dovecot.doveadm("mailbox", "status", "-t", "-u", user, "messages vsize", folders)
                .strip();
    }

    private static String told(String user) {
        return "messages=%s vsize=%s"
                .formatted(row(user).get("messages"), row(user).get("bytes"));
    }

    private static Map<String, Object> row(String user) {
        return database.query("SELECT lastip, bytes, messages FROM user WHERE email = ?", user)
                .get(0);
    }

    private static String relay(String ip) {
        return raw("pop-before-smtp " + ip);
    }

    private static String ask(String request) {
        return raw(request).replaceFirst("^\\d+:", "");
    }

    private static String raw(String request) {
        try (UnixPeer postfix = UnixPeer.connect(files.socketmap())) {
            postfix.send(request.length() + ":" + request + ",").shutdownOutput();
            return postfix.readToEnd();
        }
    }

    private static void await(BooleanSupplier condition) {
        Await.until(condition, Duration.ofSeconds(20), () -> agent.log() + "\n" + dovecot.log());
    }
}
