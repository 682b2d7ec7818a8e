package dev.postern.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.PostfixServer;
import dev.postern.testing.SmtpDialogue;
import dev.postern.testing.SocketProxy;
import dev.postern.testing.TestCommand;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** MySQL goes away and comes back while mail arrives: everything is put off, nothing is lost. */
@ExtendWith(DatabaseExtension.class)
class PostfixWithoutMysqlIT {

    private Path directory;
    private SocketProxy gate;
    private PostfixServer postfix;

    @BeforeEach
    void start(TestDatabase database) throws IOException {
        PostfixServer.require();
        new MailTables(database)
                .reset()
                .active("alice@example.org", "bob@example.org", "carol@example.org")
                .incoming("alice@example.org", "bob@example.org", "carol@example.org");
        directory = Files.createTempDirectory(Path.of("/tmp"), "gate");
        TestCommand.of("chmod", "0755", directory).output();
        Path socket = directory.resolve("s");
        gate = new SocketProxy(socket, new InetSocketAddress(database.host(), database.port()));
        gate.open();
        PostfixServer.PostfixSql account = MailTables.account(database);
        postfix = PostfixServer.start(
                PostfixServer.PostfixForm.MYSQL,
                new PostfixServer.PostfixSql("unix:" + socket, account.database(), account.user(), account.password()));
    }

    @AfterEach
    void stop() throws IOException {
        if (postfix != null) {
            postfix.close();
        }
        if (gate != null) {
            gate.close();
            Files.delete(directory);
        }
    }

    /** With the host written once, the first lost connection would be a minute of refusals. */
    @Test
    void survivesARestartWithoutASingleRefusal() {
        deliver();
        gate.shut();
        gate.open();
        deliver();
        assertThat(postfix.mailLog()).contains("query failed");
        assertThat(postfix.sink().recipients())
                .containsExactlyInAnyOrder(
                        "alice@example.org",
                        "bob@example.org",
                        "carol@example.org",
                        "alice@example.org",
                        "bob@example.org",
                        "carol@example.org");
    }

    private void deliver() {
        try (SmtpDialogue client = postfix.smtp("198.51.100.1")) {
            assertThat(client.send("stranger@elsewhere.example", "alice@example.org"))
                    .as(postfix::mailLog)
                    .startsWith("250");
        }
        postfix.awaitEmptyQueue();
    }

    @Test
    void putsMailOffWhileMysqlIsAway() {
        gate.shut();
        try (SmtpDialogue client = postfix.smtp("198.51.100.1")) {
            assertThat(client.rcptOnly("alice@example.org")).startsWith("451 4.3");
            assertThat(client.rcptOnly("friend@elsewhere.example")).startsWith("451 4.3");
        }
        assertThat(postfix.sink().recipients()).isEmpty();
    }

    /** A recipient that smtpd has accepted, and whose subscribers cleanup cannot find. */
    @Test
    void neverLosesTheCopiesOfAMessageHalfwayIn() {
        try (SmtpDialogue client = postfix.smtp("198.51.100.1")) {
            client.mailFrom("stranger@elsewhere.example");
            assertThat(client.rcptTo("bob@example.org")).startsWith("250");
            postfix.freeze("cleanup");
            assertThat(client.rcptTo("alice@example.org")).startsWith("250");
            gate.shut();
            postfix.thaw("cleanup");
            assertThat(client.data("Hello.")).startsWith("451 4.3");
        }
        postfix.awaitEmptyQueue();
        assertThat(postfix.sink().recipients()).isEmpty();
    }
}
