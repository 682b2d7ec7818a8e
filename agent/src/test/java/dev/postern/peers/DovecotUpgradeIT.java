package dev.postern.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.DovecotHost;
import dev.postern.testing.DovecotServer;
import dev.postern.testing.DovecotVersion;
import dev.postern.testing.MailClient;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** From Dovecot 2.3 to 2.4 on one directory of mail, each with its shipped files. */
@ExtendWith(DatabaseExtension.class)
class DovecotUpgradeIT {

    private static final String ALICE = "alice@example.org";
    private static final String MAIL = "Subject: x\n\n" + "hello\n".repeat(50);

    @Test
    void theSameMessagesAndFiguresAreThere(TestDatabase database, @TempDir Path directory) throws IOException {
        DovecotVersion.V2_3.require();
        DovecotVersion.V2_4.require();
        database.execute(
                "INSERT INTO user (email, surname, password) VALUES ('alice@example.org', 'a', '{PLAIN}secret')");
        try (DovecotServer older =
                DovecotServer.start(DovecotVersion.V2_3, database, queue(directory, "older"), "90-postern.conf")) {
            fill(older);
            try (DovecotServer newer = DovecotServer.start(
                    DovecotVersion.V2_4,
                    database,
                    queue(directory, "newer"),
                    DovecotHost.USED.withMailOf(older.mail()),
                    "90-postern.conf")) {
                assertThat(messages(newer)).isEqualTo(messages(older)).hasSize(3);
                assertThat(figures(newer)).isEqualTo(figures(older));
                bringsBackWhatCameIntoTheWrongFolder(newer);
            }
        }
    }

    private static Path queue(Path directory, String name) throws IOException {
        Path queue = directory.resolve(name);
        Files.createDirectories(queue.resolve("private"));
        return queue;
    }

    private static void fill(DovecotServer dovecot) {
        dovecot.deliver(ALICE, MAIL);
        dovecot.deliver(ALICE, MAIL);
        try (MailClient imap = MailClient.imap(dovecot.imapPort(), "192.0.2.7", ALICE, "secret")) {
            imap.expect("a3 CREATE Archive", "a3 OK");
            imap.expect("a4 SELECT INBOX", "a4 OK");
            imap.expect("a5 COPY 1 Archive", "a5 OK");
            imap.expect("a6 STORE 2 +FLAGS (\\Flagged later)", "a6 OK");
            imap.expect("a7 LOGOUT", "a7 OK");
        }
    }

    /** With the commands of the README; mail came there with what was shipped for 2.4 before. */
    private static void bringsBackWhatCameIntoTheWrongFolder(DovecotServer dovecot) throws IOException {
        String wrong = "/var/mail/virtual/example.org/alice/.INBOX";
        dovecot.run(
                "setpriv",
                "--reuid=vmail",
                "--regid=vmail",
                "--clear-groups",
                "sh",
                "-c",
                "mkdir -p %1$s/cur %1$s/new %1$s/tmp && printf 'Subject: lost\\n\\nhello\\n' >%1$s/cur/1.a.b:2,FS"
                        .formatted(wrong));
        dovecot.run("sh", "-c", commands());
        assertThat(dovecot.doveadm("fetch", "-u", ALICE, "flags", "mailbox", "INBOX", "subject", "lost"))
                .contains("\\Flagged")
                .contains("\\Seen");
        assertThat(dovecot.run("sh", "-c", "ls -d " + wrong + " || :")).contains("No such file");
    }

    private static String commands() throws IOException {
        String readme = Files.readString(TestDatabase.schema().resolveSibling("dovecot/README.md"));
        int begin = readme.indexOf("    for inbox in ");
        return Arrays.stream(readme.substring(begin).split("\n", -1))
                .takeWhile(line -> line.startsWith("    "))
                .collect(Collectors.joining("\n"));
    }

    private static List<String> messages(DovecotServer dovecot) {
        String fields = "mailbox uid flags size.virtual date.received";
        return dovecot.doveadm("-f", "tab", "fetch", "-u", ALICE, fields, "all")
                .lines()
                .skip(1)
                .sorted()
                .toList();
    }

    private static List<String> figures(DovecotServer dovecot) {
        return dovecot.doveadm("-f", "tab", "quota", "get", "-u", ALICE).lines().toList();
    }
}
