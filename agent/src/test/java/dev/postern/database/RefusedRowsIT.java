package dev.postern.database;

import static dev.postern.database.MailboxStoreFixture.address;
import static dev.postern.database.MailboxStoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.CounterChange;
import dev.postern.model.Event;
import dev.postern.model.IpAddress;
import dev.postern.testing.CapturedLog;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.DatabaseProxy;
import dev.postern.testing.DatabaseProxy.CommitFate;
import dev.postern.testing.TestDatabase;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A row that the database refuses, by a trigger or a constraint of its administrator's, and the rest of its batch. */
@Tag("database")
@ExtendWith(DatabaseExtension.class)
class RefusedRowsIT {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00.123456Z");
    private static final String REFUSED = "row refused by the database, not written";

    private final TestDatabase database;
    private MailboxStoreFixture fixture;
    private CapturedLog log;

    RefusedRowsIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void fill() {
        database.execute("DELETE FROM user");
        for (String user : List.of("alice", "bob", "carol", "dave")) {
            database.execute("INSERT INTO user (email, bytes) VALUES ('" + user + "@example.org', 100)");
        }
        fixture = new MailboxStoreFixture(database);
        log = CapturedLog.of(RejectedRowLog.class);
    }

    @AfterEach
    void close() throws TimeoutException {
        log.close();
        fixture.close();
        database.execute("DROP TRIGGER IF EXISTS refuses");
    }

    @Test
    void isNamedWithAllThatItShouldHaveHadAndTheRestIsWritten() throws Exception {
        refuse("NEW.email = 'bob@example.org'", "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not bob'");
        fixture.flush(
                add("alice", 1),
                new Event.Login(address("bob"), IpAddress.parse("192.0.2.7"), "imap", NOON),
                new Event.QuotaUpdate(address("bob"), CounterChange.set(42), CounterChange.increment(-3)),
                add("carol", 2),
                new Event.Login(address("carol"), IpAddress.parse("2001:db8::7"), "imap", NOON),
                add("nobody", 3));

        assertThat(log.take())
                .containsExactly(REFUSED + " user=bob@example.org lastip=192.0.2.7"
                        + " lasttime=2026-11-23T12:00:00.123456Z bytes=42 messages_increment=-3"
                        + " reason=not bob (error 1644)");
        assertThat(bytes("alice", "bob", "carol")).containsExactly(101L, 100L, 102L);
        assertThat(fixture.row("carol")).containsEntry("lastip", "2001:db8::7");
        assertThat(fixture.readBack().get(address("bob")).bytes()).isEqualTo(100);
        assertThat(refusals()).isEqualTo(1);
    }

    @Test
    void isFoundAmongManyAndNothingCountsTwice() throws Exception {
        database.execute("DELETE FROM user");
        List<String> users =
                Stream.iterate(0, i -> i + 1).limit(500).map("u%03d"::formatted).toList();
        users.forEach(
                user -> database.execute("INSERT INTO user (email, bytes) VALUES ('" + user + "@example.org', 100)"));
        refuse(
                "NEW.email IN ('u000@example.org', 'u077@example.org', 'u499@example.org')",
                "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'");
        Event[] all = users.stream().map(user -> add(user, 1)).toArray(Event[]::new);
        fixture.flush(all);
        fixture.flush(all);

        assertThat(log.take()).hasSize(6).allMatch(line -> line.matches(".* user=u(000|077|499)@.*"));
        assertThat(database.query("SELECT CAST(COUNT(*) AS CHAR) AS n FROM user WHERE bytes = 102"))
                .containsExactly(Map.of("n", "497"));
        assertThat(database.query("SELECT CAST(COUNT(*) AS CHAR) AS n FROM user WHERE bytes = 100"))
                .containsExactly(Map.of("n", "3"));
    }

    @Test
    void isLeftOutWhenItIsAloneButForMailboxesThatHaveNothingToDoWithIt() throws Exception {
        refuse("NEW.email = 'bob@example.org'", "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not bob'");
        fixture.flush(add("bob", 7));

        assertThat(log.take()).hasSize(1).allMatch(line -> line.contains("bytes_increment=7"));
        assertThat(bytes("alice", "bob", "carol", "dave")).containsExactly(100L, 100L, 100L, 100L);
    }

    @Test
    void mayBeRefusedByAConstraint() throws Exception {
        database.execute("ALTER TABLE user ADD CONSTRAINT small CHECK (bytes < 1000)");
        try {
            fixture.flush(add("alice", 1), add("bob", 900), add("carol", 1));
        } finally {
            database.execute("ALTER TABLE user DROP CONSTRAINT small");
        }
        assertThat(log.take()).hasSize(1).allMatch(line -> line.contains("user=bob@example.org bytes_increment=900"));
        assertThat(bytes("alice", "bob", "carol")).containsExactly(101L, 100L, 101L);
    }

    @Test
    void mayNotFitIntoAColumnThatWasMadeNarrower() throws Exception {
        database.execute("ALTER TABLE user MODIFY messages int, MODIFY lastip varchar(15)");
        try {
            fixture.flush(
                    add("alice", 1),
                    new Event.QuotaUpdate(address("bob"), CounterChange.set(5), CounterChange.set(1L << 40)),
                    new Event.Login(address("carol"), IpAddress.parse("2001:db8::1234:5678"), "imap", NOON),
                    new Event.Login(address("dave"), IpAddress.parse("192.0.2.7"), "imap", NOON));
        } finally {
            database.execute("ALTER TABLE user MODIFY messages bigint,"
                    + " MODIFY lastip varchar(45) CHARACTER SET ascii COLLATE ascii_general_ci");
        }
        assertThat(log.take())
                .hasSize(2)
                .anyMatch(line -> line.contains("user=bob@example.org bytes=5 messages=1099511627776"))
                .anyMatch(line -> line.contains("user=carol@example.org lastip=2001:db8::1234:5678"));
        assertThat(bytes("alice", "bob")).containsExactly(101L, 100L);
        assertThat(fixture.row("dave")).containsEntry("lastip", "192.0.2.7");
    }

    @Test
    void isNoneWhenEveryRowIsRefused() throws Exception {
        refuse("TRUE", "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'maintenance'");
        var stalled = fixture.stalled();
        var flushed = fixture.start(add("alice", 1), add("bob", 1));
        await(stalled);
        assertThat(fixture.meters.get("postern.mysql.up").gauge().value()).isZero();
        assertThat(flushed.isComplete()).isFalse();
        database.execute("DROP TRIGGER refuses");
        await(flushed);

        assertThat(log.take()).isEmpty();
        assertThat(refusals()).isZero();
        assertThat(bytes("alice", "bob", "carol")).containsExactly(101L, 101L, 100L);
        assertThat(fixture.meters.get("postern.mysql.up").gauge().value()).isEqualTo(1);
    }

    @Test
    void isNoneWhenWhatRefusedEveryRowEndsMeanwhile() throws Exception {
        refuse(
                "NEW.email = 'bob@example.org' AND @refusals < 1",
                "SET @refusals = @refusals + 1; SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'maintenance'");
        fixture.flush(add("bob", 7));

        assertThat(log.take()).isEmpty();
        assertThat(bytes("alice", "bob")).containsExactly(100L, 107L);
    }

    /** As a deadlock would, but without InnoDB's own rolling back: what was written in parts must not stay. */
    @Test
    void costsNothingTwiceWhenADeadlockComesBetween() throws Exception {
        refuse(
                "NEW.email = 'bob@example.org' OR (NEW.email = 'dave@example.org' AND @refusals < 2)",
                "IF NEW.email = 'bob@example.org' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not bob'; END IF;"
                        + " SET @refusals = @refusals + 1;"
                        + " SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213, MESSAGE_TEXT = 'deadlock'");
        fixture.flush(add("alice", 1), add("bob", 1), add("dave", 1));

        assertThat(log.take()).hasSize(1);
        assertThat(bytes("alice", "bob", "dave")).containsExactly(101L, 100L, 101L);
    }

    @Test
    void isNamedOnceAlthoughTheRestIsWrittenAtTheThirdTry() throws Exception {
        refuse("NEW.email = 'bob@example.org'", "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not bob'");
        // Each time the batch as a whole, and then the transaction with what can be written of it.
        Queue<CommitFate> fates = new ArrayDeque<>(List.of(
                CommitFate.ARRIVES,
                CommitFate.LOST,
                CommitFate.ARRIVES,
                CommitFate.LOST,
                CommitFate.ARRIVES,
                CommitFate.ANSWER_LOST));
        try (DatabaseProxy proxy =
                        DatabaseProxy.to(database, () -> fates.isEmpty() ? CommitFate.ARRIVES : fates.remove());
                MailboxStoreFixture fixture = new MailboxStoreFixture(proxy.database())) {
            fixture.flush(add("alice", 1), add("bob", 1));
        }
        assertThat(fates).isEmpty();
        assertThat(log.take()).hasSize(1);
        assertThat(bytes("alice", "bob")).containsExactly(101L, 100L);
    }

    @Test
    void doesNotCostTheConnection() throws Exception {
        refuse("NEW.email = 'bob@example.org'", "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not bob'");
        fixture.flush(add("alice", 1));
        var before = connections();
        fixture.flush(add("alice", 1), add("bob", 1));

        assertThat(before).hasSize(1);
        assertThat(connections()).isEqualTo(before);
    }

    private void refuse(String condition, String how) {
        database.execute("CREATE TRIGGER refuses BEFORE UPDATE ON user FOR EACH ROW BEGIN"
                + " SET @refusals = COALESCE(@refusals, 0); IF " + condition + " THEN " + how + "; END IF; END");
    }

    private double refusals() {
        return fixture.meters.counter("postern.refused.rows").count();
    }

    private List<Long> bytes(String... users) {
        return Stream.of(users)
                .map(user -> Long.valueOf(fixture.row(user).get("bytes")))
                .toList();
    }

    private List<?> connections() {
        return database.query(
                "SELECT id FROM information_schema.processlist WHERE user = 'postern' AND db = ?", database.database());
    }

    private static Event add(String user, long bytes) {
        return new Event.QuotaUpdate(address(user), CounterChange.increment(bytes), null);
    }
}
