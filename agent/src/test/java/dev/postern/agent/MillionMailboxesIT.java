package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.Await;
import dev.postern.testing.LocalDatabaseServer;
import dev.postern.testing.OwnDatabaseServer;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.TestDatabase;
import dev.postern.testing.UnixPeer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many more mailboxes than fit in memory, each with a login, figures and a lookup, and an agent with 64 MiB of heap,
 * whose {@code [limits]} are those of the manual for such a heap. {@code -Dpostern.mailboxes=1000000} is the long form.
 */
@ExtendWith(OwnDatabaseServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MillionMailboxesIT {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int MAILBOXES = Integer.getInteger("postern.mailboxes", 100_000);
    private static final int CHUNK = 1000;
    private static final int PENDING = 20_000;
    private static final long MOST_RESIDENT = 300L << 20;

    private LocalDatabaseServer server;
    private TestDatabase database;
    private AgentConfigFile files;
    private PackagedAgent agent;

    @BeforeAll
    void startServer(LocalDatabaseServer server) {
        this.server = server;
        database = TestDatabase.on(server, "mail");
    }

    @BeforeEach
    void start(@TempDir Path directory) {
        database.execute(
                "INSERT INTO user (email) SELECT CONCAT('u', seq, '@example.org') FROM seq_0_to_" + (MAILBOXES - 1));
        directory.resolve("journal").toFile().mkdir();
        files = AgentConfigFile.in(directory, directory.resolve("lookup"), database, """
                [journal]
                directory = "%s/journal"
                [limits]
                pending_mailboxes = %d
                cached_mailboxes = 5000
                relay_windows = 10000
                connections = 500
                """.formatted(directory, PENDING));
        agent = PackagedAgent.start(files.file());
    }

    @AfterEach
    void stop() {
        server.thaw();
        agent.close();
    }

    @Test
    void eachHasItsFactsAndItsAnswerAndTheHeapIsEnough() {
        long begin = System.nanoTime();
        try (UnixPeer dovecot = UnixPeer.connect(files.events())) {
            tellAll(dovecot, 0, MAILBOXES / 2);
            // Until the bound on mailboxes is reached. Those are sent again.
            server.freeze();
            int at = MAILBOXES / 2;
            List<Integer> refused = new ArrayList<>();
            while (refused.isEmpty()) {
                refused.addAll(tell(dovecot, numbers(at, at + CHUNK)));
                at += CHUNK;
            }
            assertThat(at - MAILBOXES / 2).isLessThanOrEqualTo(PENDING + 2 * CHUNK);
            server.thaw();
            tellUntilTaken(dovecot, refused);
            tellAll(dovecot, at, MAILBOXES);
        }
        long told = System.nanoTime();
        lookUpAll();
        long looked = System.nanoTime();
        System.out.printf(
                "%d mailboxes: told in %d ms, looked up in %d ms, resident %d MiB%n",
                MAILBOXES, (told - begin) / 1_000_000, (looked - told) / 1_000_000, agent.residentBytes() >> 20);
        assertThat(agent.residentBytes()).isLessThan(MOST_RESIDENT);
        assertThat(agent.stop()).isZero();
        assertThat(database.query("SELECT COUNT(*) AS n FROM user WHERE lastip = '192.0.2.7' AND lasttime IS NOT NULL"
                                + " AND bytes = SUBSTRING_INDEX(SUBSTRING(email, 2), '@', 1) AND"
                                + " messages = bytes % 2000")
                        .get(0)
                        .get("n"))
                .isEqualTo((long) MAILBOXES);
    }

    private void tellAll(UnixPeer dovecot, int from, int to) {
        for (int at = from; at < to; at += CHUNK) {
            tellUntilTaken(dovecot, numbers(at, Math.min(to, at + CHUNK)));
        }
    }

    private void tellUntilTaken(UnixPeer dovecot, List<Integer> mailboxes) {
        List<List<Integer>> left = new ArrayList<>(List.of(mailboxes));
        Await.until(
                () -> {
                    left.add(tell(dovecot, left.remove(0)));
                    return left.get(0).isEmpty();
                },
                TIMEOUT,
                () -> "BUSY for ever: " + agent.log());
    }

    /** Sends a login and figures; returns the mailboxes that were refused. */
    private static List<Integer> tell(UnixPeer dovecot, List<Integer> mailboxes) {
        StringBuilder lines = new StringBuilder();
        for (int i : mailboxes) {
            lines.append("login\tuser=u").append(i).append("@example.org\tip=192.0.2.7\tservice=imap\n");
            lines.append("quota\tuser=u")
                    .append(i)
                    .append("@example.org\tbytes=")
                    .append(i);
            lines.append("\tmessages=").append(i % 2000).append('\n');
        }
        dovecot.send(lines.toString());
        List<Integer> refused = new ArrayList<>();
        for (int i : mailboxes) {
            boolean login = dovecot.readLine().equals("OK");
            boolean figures = dovecot.readLine().equals("OK");
            if (!login || !figures) {
                refused.add(i);
            }
        }
        return refused;
    }

    private void lookUpAll() {
        try (UnixPeer postfix = UnixPeer.connect(files.socketmap())) {
            for (int at = 0; at < MAILBOXES; at += CHUNK) {
                StringBuilder requests = new StringBuilder();
                StringBuilder replies = new StringBuilder();
                for (int i : numbers(at, Math.min(MAILBOXES, at + CHUNK))) {
                    String request = "quota u" + i + "@example.org";
                    requests.append(request.length())
                            .append(':')
                            .append(request)
                            .append(',');
                    boolean full = i % 2000 >= 1000;
                    replies.append(full ? "34:OK 452 4.2.2 Mailbox is over quota," : "9:NOTFOUND ,");
                }
                postfix.send(requests.toString());
                assertThat(postfix.read(replies.length())).isEqualTo(replies.toString());
            }
        }
    }

    private static List<Integer> numbers(int from, int to) {
        List<Integer> numbers = new ArrayList<>(to - from);
        for (int i = from; i < to; i++) {
            numbers.add(i);
        }
        return numbers;
    }
}
