package dev.postern.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.testing.Await;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.DovecotHost;
import dev.postern.testing.DovecotServer;
import dev.postern.testing.DovecotVersion;
import dev.postern.testing.MailClient;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The shipped configuration and scripts on both Dovecots with no agent there: mail goes on, what happened is not lost.
 */
@Tag("newest-peers")
@ParameterizedClass
@EnumSource(DovecotVersion.class)
@ExtendWith(DatabaseExtension.class)
class DovecotHooksIT {

    private static DovecotServer dovecot;

    DovecotHooksIT(DovecotVersion version) {
        assertThat(dovecot.run("dovecot", "--version")).startsWith(version.directory() + ".");
    }

    @BeforeParameterizedClassInvocation
    static void start(DovecotVersion version, TestDatabase database, @TempDir Path queue) throws IOException {
        version.require();
        Files.createDirectories(queue.resolve("private"));
        database.execute(
                "INSERT INTO user (email, surname, password) VALUES ('alice@example.org', 'a', '{PLAIN}secret')",
                "INSERT INTO user (email, surname, password, active) VALUES ('gone@example.org', 'g',"
                        + " '{PLAIN}secret', 'N')",
                "INSERT INTO user (email, surname, password, max_bytes, max_messages)"
                        + " VALUES ('small@example.org', 's', '{PLAIN}secret', 0, 3), ('heavy@example.org',"
                        + " 'h', '{PLAIN}secret', 20001, 0),"
                        + " ('john doe@example.org', 'j', '{PLAIN}secret', 2500, 0)");
        // The others run over a used conf.d.
        dovecot = DovecotServer.start(
                version,
                database,
                queue,
                DovecotHost.PRISTINE.with(Map.of("conf.d/99-own.conf", "auth_username_chars =\n")),
                "90-postern.conf",
                "91-postern-scripts.conf");
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (dovecot != null) {
            dovecot.close();
            dovecot = null;
        }
    }

    @BeforeEach
    void emptySpool() throws IOException {
        try (var files = Files.list(dovecot.spool())) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void aLoginGoesOnAndIsSpooled() {
        MailClient.pop3(dovecot.pop3Port(), "192.0.2.7", "alice@example.org", "secret")
                .close();
        assertThat(spooled(1)).contains("login\tuser=alice@example.org\tip=192.0.2.7\tservice=pop3");
        MailClient.imap(dovecot.imapPort(), "2001:db8::7", "ALICE@example.org", "secret")
                .close();
        assertThat(spooled(2)).contains("login\tuser=alice@example.org\tip=2001:db8::7\tservice=imap");
    }

    @Test
    void aDisabledMailboxHasNoLogin() {
        assertThatThrownBy(() -> MailClient.pop3(dovecot.pop3Port(), "192.0.2.7", "gone@example.org", "secret"))
                .hasMessageContaining("[AUTH]");
        assertThat(logins()).isEmpty();
    }

    @Test
    void aMasterUsersLoginIsNotTheUsersOwn() {
        MailClient.imap(dovecot.imapPort(), "192.0.2.8", "alice@example.org*root", "master")
                .close();
        MailClient.imap(dovecot.imapPort(), "192.0.2.7", "alice@example.org", "secret")
                .close();
        Await.until(
                () -> logins().contains("login\tuser=alice@example.org\tip=192.0.2.7\tservice=imap"),
                Duration.ofSeconds(10),
                () -> lines().toString());
        assertThat(logins()).hasSize(1);
    }

    @Test
    void theClientsConnectionEndsWithItsLogout() {
        MailClient client = MailClient.imap(dovecot.imapPort(), "192.0.2.7", "alice@example.org", "secret");
        client.expect("a9 LOGOUT", "a9 OK");
        assertThat(client.isEnded()).isTrue();
        client.close();
    }

    @Test
    void aFrozenAgentHoldsNoLoginUp() throws IOException {
        Path socket = dovecot.postern().resolve("events.sock");
        try (ServerSocketChannel frozen = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            frozen.bind(UnixDomainSocketAddress.of(socket), 1);
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
            for (int i = 0; i < 5; i++) {
                MailClient client = MailClient.imap(dovecot.imapPort(), "192.0.2.7", "alice@example.org", "secret");
                client.expect("a9 LOGOUT", "a9 OK");
                assertThat(client.isEnded()).isTrue();
                client.close();
            }
            assertThat(spooled(5)).hasSize(5).containsOnly("login\tuser=alice@example.org\tip=192.0.2.7\tservice=imap");
        } finally {
            Files.deleteIfExists(socket);
        }
    }

    /**
     * By message count and by bytes, by delivery and by a client, upwards and back below; always what is there after
     * it.
     */
    @Test
    void aMailboxThatCrossesAThresholdIsToldAsItIs() {
        String message = "Subject: x\n\n" + "0123456789abcdef\n".repeat(300);
        for (int i = 0; i < 3; i++) {
            dovecot.deliver("small@example.org", message);
        }
        awaitTold("small@example.org", 3);
        MailClient client = MailClient.imap(dovecot.imapPort(), "192.0.2.7", "small@example.org", "secret");
        client.expect("a3 SELECT INBOX", "a3 OK");
        client.expect("a4 STORE 1 +FLAGS (\\Deleted)", "a4 OK");
        client.expect("a5 EXPUNGE", "a5 OK");
        awaitTold("small@example.org", 2);
        client.close();

        dovecot.deliver("heavy@example.org", "0123456789abcdef\n".repeat(1100));
        awaitTold("heavy@example.org", 1);
        dovecot.deliver("heavy@example.org", "0123456789abcdef\n".repeat(10));
        awaitTold("heavy@example.org", 2);

        dovecot.deliver("john doe@example.org", "0123456789abcdef\n".repeat(130));
        awaitTold("john doe@example.org", 1);
        assertThat(dovecot.log()).doesNotContain("Error: ").doesNotContain("Fatal: ");
    }

    /** To the byte, as Dovecot itself sums up. */
    private static void awaitTold(String user, int messages) {
        String[] figures = dovecot.doveadm("-f", "tab", "mailbox", "status", "-t", "-u", user, "messages vsize", "*")
                .lines()
                .toList()
                .get(1)
                .split("\t", -1);
        assertThat(figures[0]).isEqualTo(Integer.toString(messages));
        String line = "quota\tuser=" + user + "\tbytes=" + figures[1] + "\tmessages=" + messages;
        Await.until(
                () -> lines().contains(line),
                Duration.ofSeconds(20),
                () -> line + " not in " + lines() + dovecot.log());
    }

    private static List<String> spooled(int files) {
        Await.until(() -> lines().size() >= files, Duration.ofSeconds(10), () -> lines() + dovecot.log());
        return lines();
    }

    /** Without what the quota tests have set off, which may come late. */
    private static List<String> logins() {
        return lines().stream().filter(line -> line.startsWith("login")).toList();
    }

    private static List<String> lines() {
        try (var files = Files.list(dovecot.spool())) {
            return files.flatMap(DovecotHooksIT::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static java.util.stream.Stream<String> read(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
