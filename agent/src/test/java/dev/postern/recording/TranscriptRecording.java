package dev.postern.recording;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.DovecotServer;
import dev.postern.testing.DovecotVersion;
import dev.postern.testing.MailClient;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Writes {@code resources/dev/postern} anew, from the shipped files without scripts on both Dovecots. Nothing that is
 * tested, and so not run unless it is named: {@code -Dit.test=TranscriptRecording}.
 */
@ExtendWith(DatabaseExtension.class)
class TranscriptRecording {

    private static final String ALICE = "alice@example.org";
    private static final String MESSAGE = "Subject: x\n\n" + "0123456789abcdef\n".repeat(16);

    private final FakeDict figures = new FakeDict();
    private DovecotVersion version;
    private DovecotServer dovecot;

    @TempDir
    private Path queue;

    @BeforeEach
    void fill(TestDatabase database) throws IOException {
        Files.createDirectories(queue.resolve("private"));
        database.execute(
                "DELETE FROM user",
                "INSERT INTO user (email, password) VALUES ('alice@example.org', '{PLAIN}secret')",
                "INSERT INTO user (email, password, max_bytes, max_messages)"
                        + " VALUES ('small@example.org', '{PLAIN}secret', 0, 5)",
                "INSERT INTO user (email, password, max_bytes, max_messages, bytes, messages)"
                        + " VALUES ('wrong@example.org', '{PLAIN}secret', 0, 5, 0, 7)");
    }

    @ParameterizedTest
    @EnumSource
    void dict(DovecotVersion which, TestDatabase database) {
        version = which;
        try (DovecotServer server =
                        DovecotServer.start(which, database, queue, "90-postern.conf", "91-postern-native.conf");
                RecordingSocket dict = listen(server, "dict.sock")) {
            dovecot = server;
            doveadm(dict);
            save("dict", "quota-clone", quotaClone(dict));
            logins(dict);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "V2_3")
    void quotaDict(DovecotVersion which, TestDatabase database) {
        version = which;
        try (DovecotServer server = DovecotServer.start(
                        which,
                        database,
                        queue,
                        // Without their logins, which are recorded elsewhere.
                        Map.of("conf.d/99-own.conf", "plugin {\n  last_login_dict =\n}\n"),
                        "90-postern.conf",
                        "91-postern-native.conf",
                        "95-postern-quota-dict.conf.example");
                RecordingSocket dict = listen(server, "dict.sock")) {
            dovecot = server;
            quotaDict(dict);
        }
    }

    @ParameterizedTest
    @EnumSource
    void postLogin(DovecotVersion which, TestDatabase database) {
        version = which;
        postLogin(which, database, Map.of(), this::postLogins);
        postLogin(which, database, manyFields(which, database), (imap, pop3, sieve) -> {
            login(MailClient.imap(dovecot.imapPort(), "192.0.2.7", ALICE, "secret"));
            save("postlogin", "many-fields", imap.take(1));
        });
    }

    @FunctionalInterface
    private interface PostLogins {
        void happen(RecordingSocket imap, RecordingSocket pop3, RecordingSocket sieve);
    }

    private void postLogin(
            DovecotVersion which, TestDatabase database, Map<String, String> own, PostLogins postLogins) {
        try (DovecotServer server = DovecotServer.start(
                        which,
                        database,
                        queue,
                        own,
                        "90-postern.conf",
                        "91-postern-native.conf",
                        "93-postern-postlogin.conf.example",
                        "94-postern-more-postlogin.conf.example");
                RecordingSocket imap = RecordingSocket.listen(postern("imap", server), PostLoginEcho::new);
                RecordingSocket pop3 = RecordingSocket.listen(postern("pop3", server), PostLoginEcho::new);
                RecordingSocket sieve = RecordingSocket.listen(postern("managesieve", server), PostLoginEcho::new)) {
            dovecot = server;
            postLogins.happen(imap, pop3, sieve);
        }
    }

    @ParameterizedTest
    @EnumSource
    void warnings(DovecotVersion which, TestDatabase database) {
        version = which;
        try (DovecotServer server =
                        DovecotServer.start(which, database, queue, "90-postern.conf", "91-postern-native.conf");
                RecordingSocket warning =
                        RecordingSocket.listen(server.postern().resolve("quota-warning.sock"), () -> received -> "");
                RecordingSocket over =
                        RecordingSocket.listen(server.postern().resolve("quota-over.sock"), () -> received -> "")) {
            dovecot = server;
            save("quotawarning", "quota-warning", quotaWarnings(warning));
            save("quotawarning", "quota-over", quotaOver(over));
        }
    }

    private void doveadm(RecordingSocket dict) {
        run(dict, false, "get", "-u", ALICE, "priv/quota/storage");
        run(dict, true, "set", "-u", ALICE, "priv/quota/storage", "12345");
        run(dict, true, "get", "-u", ALICE, "priv/quota/storage");
        run(dict, true, "inc", "-u", ALICE, "priv/quota/storage", "100");
        run(dict, true, "inc", "-u", ALICE, "priv/quota/storage", "--", "-345");
        run(dict, false, "inc", "-u", ALICE, "priv/quota/messages", "7");
        run(dict, true, "unset", "-u", ALICE, "priv/quota/storage");
        run(dict, false, "get", "-u", ALICE, "priv/quota/storage");
        save("dict", "doveadm-figures", dict.take(8));

        figures.forget();
        run(dict, true, "set", "-u", ALICE, "priv/quota/storage", "12345");
        run(dict, true, "set", "-u", ALICE, "priv/quota/messages", "42");
        run(dict, true, "iter", "-u", ALICE, "priv/quota/");
        run(dict, true, "iter", "-u", ALICE, "-1", "priv/quota/storage");
        run(dict, true, "iter", "-u", ALICE, "-R", "priv/");
        run(dict, true, "iter", "-u", ALICE, "-V", "priv/quota/");
        run(dict, true, "iter", "-u", ALICE, "-R", "-V", "priv/");
        run(dict, true, "iter", "-u", "nobody@example.org", "priv/quota/");
        save("dict", "doveadm-iter", dict.take(8));

        run(dict, true, "set", "shared/last-login/imap/192.0.2.7/" + ALICE, "1795421285");
        run(dict, false, "get", "shared/last-login/imap/192.0.2.7/" + ALICE);
        save("dict", "doveadm-no-user", dict.take(2));

        run(dict, false, "set", "shared/note", "a\tb\u0001c\nd\re\\f");
        run(dict, false, "get", "-u", "tab\there@example.org", "priv/quota/storage");
        run(dict, false, "get", "shared/a\tb\u0001c\nd\re\\f");
        save("dict", "doveadm-escapes", dict.take(3));

        if (version == DovecotVersion.V2_4) {
            run(dict, true, "set", "-u", ALICE, "-e", "3600", "priv/quota/storage", "12345");
            run(dict, true, "set", "-u", ALICE, "-t", "1795421285000000001", "priv/quota/storage", "12345");
            save("dict", "doveadm-times", dict.take(2));
        }
        figures.forget();
    }

    /** One of {@code doveadm dict}, on 2.3 with the server's URI and on 2.4 with the settings that name it. */
    private void run(RecordingSocket dict, boolean succeeds, String verb, String... arguments) {
        List<String> words = new ArrayList<>(List.of("dict", verb));
        words.addAll(List.of(arguments));
        int at = 2;
        while (words.get(at).startsWith("-")) {
            at += List.of("-u", "-e", "-t").contains(words.get(at)) ? 2 : 1;
        }
        words.add(at, version == DovecotVersion.V2_3 ? "proxy:/run/postern/dict.sock:quota_clone" : "quota_clone");
        dict.remark("doveadm " + Transcript.escape(String.join(" ", words)) + (succeeds ? "" : " (fails)"));
        try {
            dovecot.doveadm(words.toArray(String[]::new));
            if (!succeeds) {
                throw new IllegalStateException(words + " succeeded");
            }
        } catch (AssertionError failed) {
            if (succeeds) {
                throw failed;
            }
        }
    }

    private String quotaClone(RecordingSocket dict) {
        dict.remark("dovecot-lda delivers");
        dovecot.deliver(ALICE, MESSAGE);
        dict.remark("doveadm expunge");
        dovecot.doveadm("expunge", "-u", ALICE, "mailbox", "INBOX", "all");
        dict.remark("doveadm save");
        dovecot.run("sh", "-c", "printf 'Subject: y\\n\\nz\\n' | doveadm save -u " + ALICE);
        dict.remark("IMAP: last_login, then APPEND, CREATE, COPY and EXPUNGE in one session");
        try (MailClient client = MailClient.imap(dovecot.imapPort(), "192.0.2.7", ALICE, "secret")) {
            append(client);
            client.expect("a4 SELECT INBOX", "a4 OK");
            client.expect("a5 CREATE Kept", "a5 OK");
            client.expect("a6 COPY 1 Kept", "a6 OK");
            client.expect("a7 STORE 1 +FLAGS (\\Deleted)", "a7 OK");
            client.expect("a8 EXPUNGE", "a8 OK");
            client.expect("a9 LOGOUT", "a9 OK");
        }
        return dict.take(5);
    }

    private void logins(RecordingSocket dict) {
        login(MailClient.imap(dovecot.imapPort(), "192.0.2.7", ALICE, "secret"));
        save("dict", "last-login-imap", dict.take(1));
        pop3Login("192.0.2.7");
        save("dict", "last-login-pop3", dict.take(1));
        dict.remark("IMAP");
        login(MailClient.imap(dovecot.imapPort(), "2001:db8::7", ALICE, "secret"));
        dict.remark("POP3");
        pop3Login("2001:db8::7");
        save("dict", "last-login-ipv6", dict.take(2));
        dict.remark("a master user's login: nothing in it says so");
        login(MailClient.imap(dovecot.imapPort(), "192.0.2.7", ALICE + "*root", "master"));
        save("dict", "last-login-master", dict.take(1));
    }

    private void quotaDict(RecordingSocket dict) {
        dict.remark("GETQUOTA of a user without figures");
        imap(client -> client.expect("a3 GETQUOTA \"User quota\"", "a3 OK"));
        dict.remark("again");
        imap(client -> client.expect("a3 GETQUOTA \"User quota\"", "a3 OK"));
        save("dict", "quota-dict-getquota", dict.take(2));
        figures.forget();
        dict.remark("APPEND, and COPY to a new mailbox");
        imap(client -> {
            append(client);
            client.expect("a4 SELECT INBOX", "a4 OK");
            client.expect("a5 CREATE Kept", "a5 OK");
            client.expect("a6 COPY 1 Kept", "a6 OK");
        });
        dict.remark("EXPUNGE");
        imap(client -> {
            client.expect("a4 SELECT INBOX", "a4 OK");
            client.expect("a6 STORE 1 +FLAGS (\\Deleted)", "a6 OK");
            client.expect("a7 EXPUNGE", "a7 OK");
        });
        dict.remark("MOVE");
        imap(client -> {
            client.expect("a4 SELECT Kept", "a4 OK");
            client.expect("a6 MOVE 1 INBOX", "a6 OK");
        });
        dict.remark("dovecot-lda delivers");
        dovecot.deliver(ALICE, MESSAGE);
        dict.remark("DELETE of a mailbox with two messages");
        dovecot.run("sh", "-c", "doveadm copy -u " + ALICE + " Kept mailbox INBOX all");
        imap(client -> client.expect("a3 DELETE Kept", "a3 OK"));
        save("dict", "quota-dict-session", dict.take(6));
        figures.forget();
        dict.remark("doveadm quota recalc");
        dovecot.doveadm("quota", "recalc", "-u", ALICE);
        dict.remark("doveadm quota get");
        dovecot.doveadm("quota", "get", "-u", ALICE);
        save("dict", "quota-dict-recalc", dict.take(2));
        figures.forget();
        dict.remark("the figures are gone: an increment is answered N, and the mailbox is counted anew");
        dovecot.doveadm("expunge", "-u", ALICE, "mailbox", "INBOX", "all");
        save("dict", "quota-dict-no-figures", dict.take(1));
    }

    private void postLogins(RecordingSocket imap, RecordingSocket pop3, RecordingSocket sieve) {
        login(MailClient.imap(dovecot.imapPort(), "192.0.2.7", ALICE, "secret"));
        save("postlogin", "imap", imap.take(1));
        pop3Login("192.0.2.7");
        save("postlogin", "pop3", pop3.take(1));
        try (MailClient client = MailClient.open(dovecot.imapPort())) {
            client.expect("a0 ID (\"x-originating-ip\" \"2001:db8::7\" \"x-connected-ip\" \"2001:db8::1\")", "a0 OK");
            client.expect("a1 LOGIN ALICE@example.org secret", "a1 OK");
            client.expect("a9 LOGOUT", "a9 OK");
        }
        save("postlogin", "ipv6", imap.take(1));
        login(MailClient.imap(dovecot.imapPort(), "192.0.2.7", ALICE + "*root", "master"));
        save("postlogin", "master-user", imap.take(1));
        try (MailClient client = MailClient.open(dovecot.sievePort())) {
            String plain = Base64.getEncoder().encodeToString(("\0" + ALICE + "\0secret").getBytes(US_ASCII));
            client.expect("AUTHENTICATE \"PLAIN\" \"" + plain + "\"", "OK \"Logged in");
            client.expect("LOGOUT", "OK");
        }
        save("postlogin", "managesieve", sieve.take(1));
    }

    /** Besides the shipped user database one with many fields for every user. */
    private static Map<String, String> manyFields(DovecotVersion which, TestDatabase database) {
        String query = "SELECT CONCAT('tab', CHAR(9), 'one', CHAR(1), 'lf', CHAR(10), 'cr', CHAR(13), 'end') AS note,"
                + " '' AS nothing, 'a=b' AS equals, 'Ærøskøbing' AS town, REPEAT('x', 3000) AS long_one";
        if (which == DovecotVersion.V2_4) {
            String userdb =
                    "userdb own {\n  driver = sql\n  userdb_sql_query = %s\n  result_success = continue-ok\n}\n";
            return Map.of("conf.d/89-own.conf", userdb.formatted(query));
        }
        String connect = "host=/run/mysqld/mysqld.sock dbname=%s user=dovecot password=%s"
                .formatted(database.database(), database.account("dovecot").password());
        return Map.of(
                "conf.d/89-own.conf",
                "userdb {\n  driver = sql\n  args = /etc/dovecot/own-sql.conf.ext\n  result_success = continue-ok\n}\n",
                "own-sql.conf.ext",
                "driver = mysql\nconnect = " + connect + "\nuser_query = " + query + "\n");
    }

    private String quotaWarnings(RecordingSocket warning) {
        warning.remark("limit of 5 messages, 95 % of it rounded down: the 4th, the 5th, and one is deleted");
        for (int i = 0; i < 5; i++) {
            dovecot.deliver("small@example.org", MESSAGE);
        }
        dovecot.doveadm("expunge", "-u", "small@example.org", "mailbox", "INBOX", "1");
        return warning.take(3);
    }

    private String quotaOver(RecordingSocket over) {
        over.remark("the table has 7 of 5 messages, the mailbox none");
        imap("wrong@example.org", client -> client.expect("a3 GETQUOTAROOT INBOX", "a3 OK"));
        over.remark("and five of five messages, of which the table does not know");
        dovecot.deliver("small@example.org", MESSAGE);
        imap("small@example.org", client -> client.expect("a3 GETQUOTAROOT INBOX", "a3 OK"));
        return over.take(2);
    }

    private void imap(Consumer<MailClient> session) {
        imap(ALICE, session);
    }

    private void imap(String user, Consumer<MailClient> session) {
        try (MailClient client = MailClient.imap(dovecot.imapPort(), "192.0.2.7", user, "secret")) {
            session.accept(client);
            client.expect("a9 LOGOUT", "a9 OK");
        }
    }

    private static void append(MailClient client) {
        String message = MESSAGE.replace("\n", "\r\n");
        client.expect("a3 APPEND INBOX {" + message.length() + "+}\r\n" + message, "a3 OK");
    }

    private static void login(MailClient client) {
        client.expect("a9 LOGOUT", "a9 OK");
        client.close();
    }

    private void pop3Login(String ip) {
        try (MailClient client = MailClient.pop3(dovecot.pop3Port(), ip, ALICE, "secret")) {
            client.expect("QUIT", "+OK");
        }
    }

    private RecordingSocket listen(DovecotServer server, String name) {
        return RecordingSocket.listen(server.postern().resolve(name), figures::connection);
    }

    private static Path postern(String service, DovecotServer server) {
        return server.postern().resolve(service + "-postlogin.sock");
    }

    private void save(String room, String name, String transcript) {
        try {
            Path file = TestDatabase.schema()
                    .resolveSibling("agent/src/test/resources/dev/postern/dovecot")
                    .resolve(room)
                    .resolve("transcripts")
                    .resolve(version.directory())
                    .resolve(name + ".txt");
            Files.createDirectories(file.getParent());
            Files.writeString(
                    file, "# Dovecot " + dovecot.run("dovecot", "--version").strip() + "\n" + transcript);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
