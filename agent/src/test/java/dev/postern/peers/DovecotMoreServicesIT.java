package dev.postern.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.Await;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.DovecotServer;
import dev.postern.testing.DovecotVersion;
import dev.postern.testing.MailClient;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.SpoolFiles;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The shipped examples for submission and managesieve on both Dovecots: each login is reported. */
@ExtendWith(DatabaseExtension.class)
class DovecotMoreServicesIT {

    private static final String PLAIN =
            Base64.getEncoder().encodeToString("\0alice@example.org\0secret".getBytes(US_ASCII));

    @ParameterizedTest
    @EnumSource
    void aScriptTellsALoginWithItsService(DovecotVersion version, TestDatabase database, @TempDir Path queue)
            throws IOException {
        try (DovecotServer dovecot = start(
                        version, database, queue, "91-postern-scripts.conf", "92-postern-more-scripts.conf.example");
                ServerSocket relay = new ServerSocket(dovecot.relayPort(), 5, InetAddress.getLoopbackAddress())) {
            accept(relay);
            submission(dovecot);
            assertSpooled(dovecot, "submission");
            managesieve(dovecot);
            assertSpooled(dovecot, "managesieve");
            assertThat(dovecot.log()).doesNotContain("Error: ");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theAgentIsAskedBeforeEachSession(DovecotVersion version, TestDatabase database, @TempDir Path directory)
            throws IOException {
        try (DovecotServer dovecot = start(
                        version,
                        database,
                        directory,
                        "91-postern-native.conf",
                        "93-postern-postlogin.conf.example",
                        "94-postern-more-postlogin.conf.example");
                ServerSocket relay = new ServerSocket(dovecot.relayPort(), 5, InetAddress.getLoopbackAddress());
                PackagedAgent agent = PackagedAgent.start(AgentConfigFile.in(
                                directory, directory.resolve("lookup"), database, """
                                [postlogin]
                                submission = "%1$s/submission-postlogin.sock"
                                managesieve = "%1$s/managesieve-postlogin.sock"
                                """.formatted(dovecot.postern()))
                        .file())) {
            accept(relay);
            submission(dovecot);
            awaitLogin(database, agent);
            database.execute("UPDATE user SET lastip = NULL");
            managesieve(dovecot);
            awaitLogin(database, agent);
        }
    }

    private static DovecotServer start(
            DovecotVersion version, TestDatabase database, Path queue, String... configuration) throws IOException {
        version.require("submission-login", "managesieve-login");
        Files.createDirectories(queue.resolve("private"));
        database.execute("REPLACE INTO user (email, password) VALUES ('alice@example.org', '{PLAIN}secret')");
        return DovecotServer.start(
                version,
                database,
                queue,
                Stream.concat(Stream.of("90-postern.conf"), Stream.of(configuration))
                        .toArray(String[]::new));
    }

    private static void submission(DovecotServer dovecot) {
        try (MailClient client = MailClient.open(dovecot.submissionPort())) {
            client.expect("EHLO x", "250 ");
            client.expect("AUTH PLAIN " + PLAIN, "235 ");
            client.expect("NOOP", "250 ");
        }
    }

    private static void managesieve(DovecotServer dovecot) {
        try (MailClient client = MailClient.open(dovecot.sievePort())) {
            client.expect("AUTHENTICATE \"PLAIN\" \"" + PLAIN + "\"", "OK \"Logged in");
            client.expect("PUTSCRIPT \"all\" \"keep;\"", "OK \"PUTSCRIPT");
        }
    }

    private static void awaitLogin(TestDatabase database, PackagedAgent agent) {
        Await.until(
                () -> "127.0.0.1"
                        .equals(database.query("SELECT lastip FROM user").get(0).get("lastip")),
                Duration.ofSeconds(20),
                () -> agent.log().toString());
    }

    private static void assertSpooled(DovecotServer dovecot, String service) {
        String line = "login\tuser=alice@example.org\tip=127.0.0.1\tservice=" + service;
        Await.until(
                () -> lines(dovecot.spool()).contains(line),
                Duration.ofSeconds(20),
                () -> lines(dovecot.spool()) + dovecot.log());
    }

    private static List<String> lines(Path spool) {
        try {
            StringBuilder all = new StringBuilder();
            for (Path file : SpoolFiles.in(spool)) {
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
