package dev.postern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.AgentConfigFile;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.PackagedAgent;
import dev.postern.testing.Ports;
import dev.postern.testing.TestDatabase;
import dev.postern.testing.UnixPeer;
import dev.postern.testing.WebPeer;
import dev.postern.tokens.Token;
import dev.postern.tokens.TokenRole;
import dev.postern.tokens.TokensFile;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What an administrator waits for: pages, searches and the whole list of 100,000 mailboxes. */
@ExtendWith(DatabaseExtension.class)
class HttpBench {

    private static final int MAILBOXES = 100_000;
    private static final int PAGES = 50;
    private static final int LOOKUPS = 2_000;
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);

    @Test
    void lists(TestDatabase database, @TempDir Path directory) throws Exception {
        database.execute("INSERT INTO user (email, surname, bytes, max_bytes, lasttime)"
                + " WITH d AS (SELECT 0 AS x UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5"
                + " UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9), n AS (SELECT a.x + 10 * b.x +"
                        + " 100 * c.x"
                + " + 1000 * e.x + 10000 * f.x AS i FROM d a, d b, d c, d e, d f)"
                + " SELECT CONCAT('user', LPAD(i, 6, '0'), '@d', i MOD 100, '.example'), i, i MOD 1000, 990,"
                + " IF(i MOD 500 = 0, NULL, '2026-01-01') FROM n");
        Token.NewToken token = Token.make("bench", TokenRole.READ, null);
        new TokensFile(directory.resolve("tokens")).add(token.token());
        WebPeer peer = new WebPeer(Ports.free(), token.text());
        String http = AgentConfigFile.http(directory, peer.port()) + "requests_per_second = 100000\n";
        AgentConfigFile files = AgentConfigFile.in(directory, directory.resolve("lookup"), database, http);
        try (PackagedAgent agent = PackagedAgent.start(files.file())) {
            new InterleavedRounds(ROUNDS)
                    .timed("a page of 100", () -> pages(peer, "limit=100&after=user05", 100))
                    .timed("a page of 1000", () -> pages(peer, "limit=1000&after=user05", 1000))
                    .timed("search by a part", () -> pages(peer, "search=er0999", 100))
                    .timed("search by domain", () -> pages(peer, "search=@d7.example", 100))
                    .timed("over quota", () -> pages(peer, "over_quota=true", 100))
                    .timed("never logged in", () -> pages(peer, "inactive_since=2020-01-01T00:00:00Z", 100))
                    .timed("the whole list as CSV", () -> export(peer))
                    .run("HTTP answers over " + MAILBOXES + " mailboxes");
            assertThat(agent.log()).noneMatch(line -> line.contains("level=error"));
        }
    }

    /** Lookups while each list is read over and over at its bound: no reader makes Postfix wait. */
    @Test
    void lookupsBesideReaders(TestDatabase database, @TempDir Path directory) throws Exception {
        database.execute("INSERT INTO user (email, lastip, lasttime)"
                + " WITH d AS (SELECT 0 AS x UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5"
                + " UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9), n AS (SELECT a.x + 10 * b.x +"
                        + " 100 * c.x"
                + " + 1000 * e.x + 10000 * f.x AS i FROM d a, d b, d c, d e, d f)"
                + " SELECT CONCAT('user', LPAD(i, 6, '0'), '@d.example'), CONCAT('10.', i DIV 65536, '.', (i DIV 256)"
                + " MOD 256, '.', i MOD 256), UTC_TIMESTAMP(6) FROM n");
        Token.NewToken token = Token.make("bench", TokenRole.READ, null);
        new TokensFile(directory.resolve("tokens")).add(token.token());
        WebPeer peer = new WebPeer(Ports.free(), token.text());
        String http = AgentConfigFile.http(directory, peer.port()) + "requests_per_second = 100000\n[relay]\n"
                + "window = \"1h\"\n[limits]\nrelay_windows = " + MAILBOXES + "\ncached_mailboxes = " + 2 * MAILBOXES
                + "\n";
        AgentConfigFile files = AgentConfigFile.in(directory, directory.resolve("lookup"), database, http);
        try (PackagedAgent agent = PackagedAgent.startShipped(files.file(), "");
                UnixPeer postfix = UnixPeer.connect(files.socketmap())) {
            assertThat(peer.get("/api/v1/relay?format=ndjson").body().lines().count())
                    .isEqualTo(MAILBOXES);
            new InterleavedRounds(ROUNDS)
                    .timed("lookups, nothing else", () -> lookups(postfix))
                    .timed("beside the list of windows", () -> beside(peer, "/api/v1/relay", postfix))
                    .timed("beside pages of 1000", () -> beside(peer, "/api/v1/mailboxes?limit=1000", postfix))
                    .timed("beside the whole list", () -> beside(peer, "/api/v1/mailboxes?format=csv", postfix))
                    .timed("beside metrics", () -> beside(peer, "/metrics", postfix))
                    .run("relay lookups with " + MAILBOXES + " windows open");
            assertThat(agent.log()).noneMatch(line -> line.contains("level=error"));
        }
    }

    private static long[] beside(WebPeer peer, String list, UnixPeer postfix) {
        AtomicBoolean over = new AtomicBoolean();
        Thread reader = new Thread(() -> {
            while (!over.get()) {
                assertThat(peer.get(list).statusCode()).isEqualTo(200);
            }
        });
        reader.start();
        try {
            return lookups(postfix);
        } finally {
            over.set(true);
        }
    }

    /** Paced, so that what is timed is a wait and not a queue. */
    private static long[] lookups(UnixPeer postfix) {
        return IntStream.range(0, LOOKUPS)
                .mapToLong(i -> {
                    LockSupport.parkNanos(1_000_000);
                    String key = "pop-before-smtp 10.0." + i % 256 + "." + i / 256 % 256;
                    long begin = System.nanoTime();
                    postfix.send(key.length() + ":" + key + ",").readNetstring();
                    return System.nanoTime() - begin;
                })
                .toArray();
    }

    private static long[] pages(WebPeer peer, String query, int expected) {
        return LongStream.range(0, PAGES)
                .map(i -> {
                    long begin = System.nanoTime();
                    String body = peer.get("/api/v1/mailboxes?" + query).body();
                    long taken = System.nanoTime() - begin;
                    assertThat(new JsonObject(body).getJsonArray("items")).hasSize(expected);
                    return taken;
                })
                .toArray();
    }

    private static long[] export(WebPeer peer) {
        long begin = System.nanoTime();
        String body = peer.get("/api/v1/mailboxes?format=csv").body();
        long taken = System.nanoTime() - begin;
        assertThat(body.lines().count()).isEqualTo(MAILBOXES + 1);
        return new long[] {taken};
    }
}
