package dev.postern.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.Await;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.DovecotServer;
import dev.postern.testing.DovecotVersion;
import dev.postern.testing.MailClient;
import dev.postern.testing.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The shipped example for submission and managesieve on both Dovecots: each login is told with its service. */
@ExtendWith(DatabaseExtension.class)
class DovecotMoreServicesIT {

    private static final String PLAIN =
            Base64.getEncoder().encodeToString("\0alice@example.org\0secret".getBytes(US_ASCII));

    @ParameterizedTest
    @EnumSource
    void aLoginIsToldWithItsService(DovecotVersion version, TestDatabase database, @TempDir Path queue)
            throws IOException {
        version.require("submission-login", "managesieve-login");
        Files.createDirectories(queue.resolve("private"));
        database.execute("REPLACE INTO user (email, password) VALUES ('alice@example.org', '{PLAIN}secret')");
        try (DovecotServer dovecot = DovecotServer.start(
                        version,
                        database,
                        queue,
                        "90-postern.conf",
                        "91-postern-scripts.conf",
                        "92-postern-more-scripts.conf.example");
                ServerSocket relay = new ServerSocket(dovecot.relayPort(), 5, InetAddress.getLoopbackAddress())) {
            accept(relay);
            try (MailClient client = MailClient.open(dovecot.submissionPort())) {
                client.expect("EHLO x", "250 ");
                client.expect("AUTH PLAIN " + PLAIN, "235 ");
                client.expect("NOOP", "250 ");
            }
            assertSpooled(dovecot, "submission");
            try (MailClient client = MailClient.open(dovecot.sievePort())) {
                client.expect("AUTHENTICATE \"PLAIN\" \"" + PLAIN + "\"", "OK \"Logged in");
                client.expect("PUTSCRIPT \"all\" \"keep;\"", "OK \"PUTSCRIPT");
            }
            assertSpooled(dovecot, "managesieve");
            assertThat(dovecot.log()).doesNotContain("Error: ");
        }
    }

    private static void assertSpooled(DovecotServer dovecot, String service) {
        String line = "login\tuser=alice@example.org\tip=127.0.0.1\tservice=" + service;
        Await.until(
                () -> lines(dovecot.spool()).contains(line),
                Duration.ofSeconds(20),
                () -> lines(dovecot.spool()) + dovecot.log());
    }

    private static List<String> lines(Path spool) {
        try (var files = Files.list(spool)) {
            StringBuilder all = new StringBuilder();
            for (Path file : files.toList()) {
                all.append(Files.readString(file));
            }
            return all.toString().lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The server that submission passes mail on to, as far as a login needs it. */
    private static void accept(ServerSocket relay) {
        Thread thread = new Thread(
                () -> {
                    while (!relay.isClosed()) {
                        try (Socket client = relay.accept()) {
                            agree(client);
                        } catch (IOException gone) {
                            // The next one, unless the test is over.
                        }
                    }
                },
                "relay");
        thread.setDaemon(true);
        thread.start();
    }

    private static void agree(Socket client) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
        client.getOutputStream().write("220 relay ESMTP\r\n".getBytes(US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            client.getOutputStream().write("250 relay\r\n".getBytes(US_ASCII));
        }
    }
}
