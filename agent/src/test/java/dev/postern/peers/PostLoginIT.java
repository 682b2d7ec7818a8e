package dev.postern.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.Await;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.DovecotServer;
import dev.postern.testing.DovecotVersion;
import dev.postern.testing.MailClient;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Both Dovecots ask the agent before each session: what the agent must not do, and what becomes of logins without it.
 */
@Tag("newest-peers")
@ParameterizedClass
@EnumSource
@ExtendWith(DatabaseExtension.class)
class PostLoginIT {

    private static final String ALICE = "alice@example.org";
    private static final String BOB = "bob@example.org";
    private static final int AT_ONCE = 50;

    private static TestDatabase database;
    private static DovecotServer dovecot;
    private static AgentConfigFile files;
    private static PackagedAgent agent;

    @Parameter
    DovecotVersion version;

    @BeforeParameterizedClassInvocation
    static void start(DovecotVersion version, TestDatabase given, @TempDir Path directory) throws IOException {
        version.require();
        database = given;
        Path queue = Files.createDirectories(directory.resolve("queue/private")).getParent();
        dovecot = DovecotServer.start(
                version,
                database,
                queue,
                "90-postern.conf",
                "91-postern-native.conf",
                "93-postern-postlogin.conf.example");
        files = AgentConfigFile.of(
                directory,
                directory.resolve("events.sock"),
                directory.resolve("spool"),
                directory.resolve("lookup"),
                database,
                """
                [dict]
                socket = "%1$s/dict.sock"
                mode = "0666"
                [postlogin]
                imap = "%1$s/imap-postlogin.sock"
                pop3 = "%1$s/pop3-postlogin.sock"
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
        for (String user : List.of(ALICE, BOB)) {
            database.execute("INSERT INTO user (email, surname, password, max_messages) VALUES ('" + user
                    + "', 'a', '{PLAIN}secret', 77)");
        }
    }

    @Test
    void theSessionHasWhatTheTableSaysOfItsUser() {
        try (MailClient imap = imap("192.0.2.7")) {
            assertThat(imap.expect("a3 GETQUOTAROOT INBOX", "* QUOTA ")).contains("MESSAGE 0 77");
        }
    }

    @Test
    void aMasterUsersLoginIsNotTheUsersOwn() {
        MailClient.imap(dovecot.imapPort(), "192.0.2.8", ALICE + "*root", "master")
                .close();
        assertThat(lastIp(ALICE)).isNull();
        imap("192.0.2.7").close();
        await(() -> "192.0.2.7".equals(lastIp(ALICE)));
    }

    /** Dovecot passes a descriptor of each client's connection along. */
    @Test
    void noDescriptorIsKeptAndNoSecretTold() throws Exception {
        imap("192.0.2.7").close();
        await(() -> "192.0.2.7".equals(lastIp(ALICE)));
        long before = descriptors();
        manyAtOnce();
        manyAtOnce();
        imap("192.0.2.8").close();
        await(() -> "192.0.2.8".equals(lastIp(ALICE)));
        await(() -> descriptors() <= before);
        assertThat(String.join("\n", agent.log())).doesNotContain("auth_token").doesNotContainPattern("[0-9a-f]{40}");
    }

    @Test
    void withoutAnAgentAClientIsHungUpOnUntilItIsThereAgain() {
        assertThat(agent.stop()).isZero();
        assertThat(heard(dovecot.imapPort(), "a1 LOGIN " + ALICE + " secret")).doesNotContain("a1 ");
        assertThat(heard(dovecot.pop3Port(), "USER " + ALICE, "PASS secret")).doesNotContain("Logged in");
        agent = PackagedAgent.start(files.file());
        imap("192.0.2.9").close();
        await(() -> "192.0.2.9".equals(lastIp(ALICE)));
    }

    /**
     * The client hangs as long as its descriptor waits in the agent's socket; Dovecot gives up after its five seconds.
     */
    @Test
    void whatDovecotHasGivenUpOnAFrozenAgentIsNoLogin() {
        agent.freeze();
        try (MailClient client = MailClient.open(dovecot.imapPort())) {
            client.say("a1 LOGIN " + BOB + " secret");
            await(() -> dovecot.log().contains("Timeout waiting for post-login"));
            agent.thaw();
            assertThat(client.heardUntilHungUp()).doesNotContain("a1 ");
        } finally {
            agent.thaw();
        }
        imap("192.0.2.10").close();
        await(() -> "192.0.2.10".equals(lastIp(ALICE)));
        assertThat(lastIp(BOB)).isNull();
    }

    private static void manyAtOnce() throws Exception {
        var pool = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Callable<Void>> logins = IntStream.range(0, AT_ONCE)
                    .<Callable<Void>>mapToObj(i -> () -> {
                        (i % 2 == 0 ? imap("192.0.2.7") : pop3("192.0.2.7")).close();
                        return null;
                    })
                    .toList();
            for (var login : pool.invokeAll(logins)) {
                login.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static MailClient imap(String ip) {
        return MailClient.imap(dovecot.imapPort(), ip, ALICE, "secret");
    }

    private static MailClient pop3(String ip) {
        return MailClient.pop3(dovecot.pop3Port(), ip, ALICE, "secret");
    }

    /** What a client reads until it is hung up on. */
    private static String heard(int port, String... lines) {
        try (MailClient client = MailClient.open(port)) {
            List.of(lines).forEach(client::say);
            return client.heardUntilHungUp();
        }
    }

    private static Object lastIp(String user) {
        return database.query("SELECT lastip FROM user WHERE email = ?", user)
                .get(0)
                .get("lastip");
    }

    private static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(agent.pid()), "fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        Await.until(condition, Duration.ofSeconds(20), () -> agent.log() + "\n" + dovecot.log());
    }
}
