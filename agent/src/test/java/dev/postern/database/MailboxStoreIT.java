package dev.postern.database;

import static dev.postern.database.MailboxStoreFixture.address;
import static dev.postern.database.MailboxStoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.CounterChange;
import dev.postern.model.Event;
import dev.postern.model.IpAddress;
import dev.postern.model.MailAddress;
import dev.postern.testing.Await;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the store writes into a real database, with the least-privileged account that the schema gives it. */
@Tag("newest-peers")
@Tag("database")
@ExtendWith(DatabaseExtension.class)
class MailboxStoreIT {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00.123456Z");
    private static final IpAddress V4 = IpAddress.parse("192.0.2.7");
    private static final IpAddress V6 = IpAddress.parse("2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff");

    private final TestDatabase database;
    private MailboxStoreFixture fixture;

    MailboxStoreIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void fill() {
        database.execute("DELETE FROM user");
        for (String user : List.of("alice", "bob", "carol")) {
            database.execute("INSERT INTO user (email) VALUES ('" + user + "@example.org')");
        }
        fixture = new MailboxStoreFixture(database);
    }

    @AfterEach
    void close() throws TimeoutException {
        fixture.close();
    }

    @Test
    void writesLoginsAndFiguresAndReadsThemBack() throws Exception {
        fixture.flush(
                new Event.Login(address("alice"), V6, "imap", NOON),
                new Event.QuotaUpdate(address("bob"), CounterChange.set(4_000_000_000L), CounterChange.set(42L)),
                new Event.Login(address("nobody"), V4, "pop3", NOON));

        assertThat(fixture.row("alice"))
                .containsEntry("lastip", V6.toString())
                .containsEntry("lasttime", "2026-11-23 12:00:00.123456");
        assertThat(fixture.row("bob")).containsEntry("bytes", "4000000000").containsEntry("messages", "42");
        assertThat(fixture.row("carol")).containsEntry("lastip", null).containsEntry("bytes", null);
        assertThat(fixture.readBack()).containsOnlyKeys(address("alice"), address("bob"));
        assertThat(fixture.readBack().get(address("alice")).lasttime()).isEqualTo(NOON);
        assertThat(fixture.readBack().get(address("bob")).bytes()).isEqualTo(4_000_000_000L);
        assertThat(database.query("SELECT email FROM user")).hasSize(3);
        assertThat(fixture.meters.counter("postern.unknown.mailboxes").count()).isEqualTo(1);
    }

    @Test
    void neverMovesALoginBack() throws Exception {
        fixture.flush(new Event.Login(address("alice"), V4, "imap", NOON));
        fixture.flush(new Event.Login(address("alice"), V6, "imap", NOON.minusSeconds(1)));

        assertThat(fixture.row("alice"))
                .containsEntry("lastip", V4.toString())
                .containsEntry("lasttime", "2026-11-23 12:00:00.123456");
    }

    @Test
    void addsToFiguresThereAreAndLeavesTheOthersNull() throws Exception {
        database.execute("UPDATE user SET bytes = 100, messages = 5 WHERE email = 'alice@example.org'");
        fixture.flush(
                new Event.QuotaUpdate(address("alice"), CounterChange.increment(-150), CounterChange.increment(1)),
                new Event.QuotaUpdate(address("bob"), CounterChange.increment(7), CounterChange.set(7)),
                new Event.QuotaUpdate(address("nobody"), CounterChange.increment(7), null));

        assertThat(fixture.row("alice")).containsEntry("bytes", "-50").containsEntry("messages", "6");
        assertThat(fixture.row("bob")).containsEntry("bytes", null).containsEntry("messages", "7");
        assertThat(fixture.readBack().get(address("alice")).bytes()).isEqualTo(-50);
        assertThat(fixture.readBack()).doesNotContainKey(address("nobody"));
    }

    @Test
    void unsetsFigures() throws Exception {
        fixture.flush(new Event.QuotaUpdate(address("alice"), CounterChange.set(1), CounterChange.set(2)));
        fixture.flush(new Event.QuotaUpdate(address("alice"), CounterChange.unset(), null));

        assertThat(fixture.row("alice")).containsEntry("bytes", null).containsEntry("messages", "2");
    }

    @Test
    void sumsStopAtTheBoundsOfTheColumn() throws Exception {
        fixture.flush(new Event.QuotaUpdate(
                address("alice"), CounterChange.set(Long.MAX_VALUE), CounterChange.set(Long.MIN_VALUE)));
        fixture.flush(new Event.QuotaUpdate(
                address("alice"), CounterChange.increment(Long.MAX_VALUE), CounterChange.increment(Long.MIN_VALUE)));

        assertThat(fixture.row("alice"))
                .containsEntry("bytes", Long.toString(Long.MAX_VALUE))
                .containsEntry("messages", Long.toString(Long.MIN_VALUE));
    }

    @Test
    void readsWhoGetsTheMailForAddresses() throws Exception {
        database.execute("DELETE FROM subscription");
        database.execute("INSERT INTO subscription (direction, email, recipient) VALUES"
                + " ('I', 'List@example.org', 'alice@example.org'), ('I', 'list@example.org',"
                + " 'Friend@Elsewhere.example'),"
                + " ('O', 'list@example.org', 'bob@example.org'), ('I', 'many@example.org', 'a@example.org'),"
                + " ('I', 'many@example.org', 'b@example.org'), ('I', 'many@example.org', 'c@example.org')");

        Map<MailAddress, List<String>> read =
                await(fixture.store.subscribers(List.of(address("list"), address("many"), address("alice")), 2));

        assertThat(read).containsOnlyKeys(address("list"), address("many"));
        assertThat(read.get(address("list")))
                .containsExactlyInAnyOrder("alice@example.org", "Friend@Elsewhere.example");
        assertThat(read.get(address("many"))).hasSize(2);
    }

    @Test
    void readsTellWhichBatchTheyInclude() throws Exception {
        fixture.flush(new Event.QuotaUpdate(address("alice"), CounterChange.set(1), null));
        long first = await(fixture.store.load(List.of(address("alice")))).batch();
        fixture.flush(new Event.QuotaUpdate(address("alice"), CounterChange.set(2), null));

        assertThat(await(fixture.store.load(List.of(address("alice")))).batch()).isEqualTo(first + 1);
    }

    /** As a statement of ours would that the server gets to only after we have given it up. */
    @Test
    void whatAnotherHasWrittenInOurNameMeanwhileIsSeen() throws Exception {
        fixture.flush(new Event.QuotaUpdate(address("alice"), CounterChange.set(100), null));
        try (var late = database.connect()) {
            late.setAutoCommit(false);
            late.createStatement().executeUpdate("UPDATE postern_checkpoint SET batch = batch + 1");
            late.createStatement().executeUpdate("UPDATE user SET bytes = 107 WHERE email = 'alice@example.org'");
            var flushed = fixture.start(new Event.QuotaUpdate(address("alice"), CounterChange.increment(7), null));
            Await.until(this::isOneWaitingForALock, Duration.ofSeconds(30), () -> "nobody waits for the checkpoint");
            late.commit();
            await(flushed);
        }

        assertThat(fixture.row("alice")).containsEntry("bytes", "107");
        assertThat(fixture.readBack().get(address("alice")).bytes()).isEqualTo(107);
    }

    @Test
    void aCheckpointThatIsGoneIsMadeAnew() throws Exception {
        fixture.flush(new Event.QuotaUpdate(address("alice"), CounterChange.set(100), null));
        database.execute("DELETE FROM postern_checkpoint");
        fixture.flush(new Event.QuotaUpdate(address("alice"), CounterChange.increment(7), null));

        assertThat(fixture.row("alice")).containsEntry("bytes", "107");
    }

    @Test
    void aBatchOfWhichNoMailboxExistsIsDone() throws Exception {
        fixture.flush(new Event.QuotaUpdate(address("nobody"), CounterChange.set(1), null));
        fixture.flush(new Event.QuotaUpdate(address("nobody"), CounterChange.set(1), null));

        assertThat(fixture.readBack()).isEmpty();
        assertThat(fixture.meters.counter("postern.unknown.mailboxes").count()).isEqualTo(2);
    }

    @Test
    void leavesTheOtherColumnsAlone() throws Exception {
        fixture.flush(
                new Event.Login(address("alice"), V4, "imap", NOON),
                new Event.QuotaUpdate(address("alice"), CounterChange.set(10L), CounterChange.set(2L)));
        fixture.flush(new Event.QuotaUpdate(address("alice"), CounterChange.set(11L), null));
        fixture.flush(new Event.Login(address("alice"), V6, "pop3", NOON.plusSeconds(1)));

        assertThat(fixture.row("alice"))
                .containsEntry("lastip", V6.toString())
                .containsEntry("bytes", "11")
                .containsEntry("messages", "2");
    }

    @Test
    void writesBatchesOfEverySize() throws Exception {
        for (int size : List.of(1, 2, 8, 9, 64, 65, 511, 512, 513, 1300)) {
            database.execute("DELETE FROM user");
            IntStream.range(0, size)
                    .forEach(i -> database.execute("INSERT INTO user (email) VALUES ('u" + i + "@example.org')"));
            fixture.flush(IntStream.range(0, size)
                    .mapToObj(i ->
                            new Event.QuotaUpdate(address("u" + i), CounterChange.set((long) i), CounterChange.set(1L)))
                    .toArray(Event[]::new));
            assertThat(database.query("SELECT COUNT(*) AS n FROM user WHERE bytes IS NOT NULL"
                                    + " AND email = CONCAT('u', bytes, '@example.org')")
                            .get(0)
                            .get("n"))
                    .hasToString(String.valueOf(size));
        }
    }

    @Test
    void hostileNamesAreOnlyNames() throws Exception {
        String hostile = "o'brien\"; drop table user; -- \\@example.org";
        database.execute("INSERT INTO user (email) VALUES ('o\\'brien\"; drop table user; -- \\\\@example.org')");
        fixture.flush(new Event.QuotaUpdate(MailAddress.parse(hostile), CounterChange.set(7L), CounterChange.set(7L)));

        assertThat(database.query("SELECT bytes FROM user WHERE bytes = 7")).hasSize(1);
        assertThat(database.query("SELECT email FROM user")).hasSize(4);
    }

    @Test
    void anAccentMakesAnotherAddress() throws Exception {
        MailAddress other = MailAddress.parse("\u00e1lice@example.org");
        fixture.flush(new Event.QuotaUpdate(other, CounterChange.set(7L), CounterChange.set(7L)));

        assertThat(database.query("SELECT bytes FROM user WHERE bytes = 7")).isEmpty();
        assertThat(await(fixture.store.load(List.of(other))).found()).isEmpty();
    }

    @Test
    void readsRowsByTheAddressAskedForWhateverTheirCase() throws Exception {
        database.execute("UPDATE user SET email = 'Carol@Example.ORG', active = 'N', max_bytes = 18446744073709551615"
                + " WHERE email = 'carol@example.org'");
        var rows = await(fixture.store.load(List.of(address("carol"), address("nobody"))))
                .found();

        assertThat(rows).containsOnlyKeys(address("carol"));
        assertThat(rows.get(address("carol")).active()).isFalse();
        assertThat(rows.get(address("carol")).maxBytes()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void findsTheLoginsThatARestartMustNotForget() throws Exception {
        database.execute("UPDATE user SET lastip = '192.0.2.7', lasttime = '2026-11-23 12:00:00.5'"
                + " WHERE email = 'alice@example.org'");
        database.execute("UPDATE user SET lastip = '192.0.2.8', lasttime = '2026-11-23 11:00:00'"
                + " WHERE email = 'bob@example.org'");
        database.execute("UPDATE user SET lastip = '192.0.2.9', lasttime = '2026-11-23 12:00:01', active = 'N'"
                + " WHERE email = 'carol@example.org'");
        var found = await(fixture.store.recentlyLoggedIn(NOON, 10)).found();

        assertThat(found).containsOnlyKeys(address("alice"));
        assertThat(found.get(address("alice")).lastip()).isEqualTo(V4);
        assertThat(found.get(address("alice")).lasttime()).isEqualTo(Instant.parse("2026-11-23T12:00:00.500Z"));
    }

    @Test
    void aRowLockedByAnotherIsWrittenWhenItIsFree() throws Exception {
        try (var locked = database.connect()) {
            locked.setAutoCommit(false);
            locked.createStatement().executeUpdate("UPDATE user SET bytes = 1 WHERE email = 'alice@example.org'");
            var flushed = fixture.start(
                    new Event.QuotaUpdate(address("alice"), CounterChange.set(99L), CounterChange.set(9L)));
            await(fixture.stalled());
            locked.commit();
            await(flushed);
        }
        assertThat(fixture.row("alice")).containsEntry("bytes", "99");
    }

    private boolean isOneWaitingForALock() {
        return !"0"
                .equals(database.query("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'")
                        .get(0)
                        .get("Value"));
    }
}
