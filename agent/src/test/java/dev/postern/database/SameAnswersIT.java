package dev.postern.database;

import static dev.postern.database.MailboxStoreFixture.address;
import static dev.postern.database.MailboxStoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.CounterChange;
import dev.postern.model.Event;
import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.model.MailboxFilter;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.TestDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the database decides for Postfix and Dovecot, the agent decides likewise: the shipped queries beside the store.
 */
@Tag("database")
@ExtendWith(DatabaseExtension.class)
class SameAnswersIT {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final MailboxFilter ALL = new MailboxFilter(null, null, null, null);

    private final TestDatabase database;
    private MailboxStoreFixture fixture;

    SameAnswersIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void fill() {
        database.execute("DELETE FROM user", "INSERT INTO user (email) VALUES ('bob@example.org')");
        fixture = new MailboxStoreFixture(database, Duration.ofSeconds(20));
    }

    @AfterEach
    void close() throws TimeoutException {
        fixture.close();
    }

    /** As {@code postfix/mysql/mailbox.cf} and Dovecot's query ask it. */
    @ParameterizedTest
    @ValueSource(strings = {"'Y'", "'y'", "'\u00dd'", "'N'", "'n'", "NULL", "''", "'1'", "' '"})
    void whoIsActive(String active) throws Exception {
        database.execute("INSERT INTO user (email, active, lasttime) VALUES ('alice@example.org', " + active
                + ", '2026-11-23 12:00:01')");
        boolean inSql = !database.query("SELECT 1 AS x FROM user WHERE email = 'alice@example.org' AND active = 'Y'")
                .isEmpty();

        assertThat(alice().active()).isEqualTo(inSql);
        assertThat(await(fixture.store.load(List.of(address("bob"), address("alice"))))
                        .found()
                        .get(address("alice"))
                        .active())
                .isEqualTo(inSql);
        assertThat(await(fixture.store.page(ALL, "", 1)).rows())
                .extracting(Mailbox::active)
                .containsExactly(inSql);
        assertThat(await(fixture.store.recentlyLoggedIn(NOON, 10)).found()).hasSize(inSql ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0, 1",
        "1, 1",
        "2, 1",
        "-1, 1",
        "NULL, 1",
        "5, 0",
        "4294967296, 4294967295",
        "9223372036854775806," + " 9223372036854775807",
        "9223372036854775806, 18446744073709551615",
        "-9223372036854775808, 18446744073709551615"
    })
    void whoIsOverQuota(String used, String limit) throws Exception {
        long most = 4_294_967_295L;
        database.execute(
                "INSERT INTO user (email, bytes, max_bytes) VALUES ('alice@example.org', " + used + ", " + limit + ")");
        assertThat(alice().overQuota()).isEqualTo(overQuotaInSql());
        if (limit.length() < 11) {
            database.execute("UPDATE user SET bytes = NULL, max_bytes = 0, messages = " + used + ", max_messages = "
                    + Math.min(most, Long.parseLong(limit)));
            assertThat(alice().overQuota()).isEqualTo(overQuotaInSql());
        }
    }

    private boolean overQuotaInSql() {
        return !database.query("SELECT 1 AS x FROM user WHERE email = 'alice@example.org' AND over_quota")
                .isEmpty();
    }

    /** Pending figures are those in the table once they are written. */
    @Test
    void whatBecomesOfAFigure() throws Exception {
        List<Long> bounds = new ArrayList<>(List.of(Long.MIN_VALUE, -1L, 0L, 1L, 1L << 31, 1L << 32, Long.MAX_VALUE));
        bounds.add(null);
        for (Long before : bounds) {
            for (Long value : bounds) {
                CounterChange figure = value == null ? CounterChange.unset() : CounterChange.increment(value);
                CounterChange set = value == null ? CounterChange.unset() : CounterChange.set(value);
                database.execute("REPLACE INTO user (email, bytes, messages) VALUES ('alice@example.org', " + before
                        + ", " + before + ")");
                fixture.flush(new Event.QuotaUpdate(address("alice"), figure, set));
                assertThat(fixture.row("alice"))
                        .as("%s: %s, %s", before, figure, set)
                        .containsEntry("bytes", text(figure.applyTo(before)))
                        .containsEntry("messages", text(set.applyTo(before)));
            }
        }
    }

    private static String text(Long figure) {
        return figure == null ? null : figure.toString();
    }

    /** Other programs' rows: one that cannot be read must not keep those beside it from being read. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000-00-00 00:00:00",
                "2026-00-10 00:00:00",
                "2026-02-00 10:00:00",
                "0001-01-01 00:00:00",
                "9999-12-31 23:59:59.999999",
                "1969-12-31 23:59:59",
                "2038-01-19 03:14:08",
                "2026-03-29 02:30:00"
            })
    void timesThatAreNone(String time) throws Exception {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_mode = 'ALLOW_INVALID_DATES'");
            statement.execute("INSERT INTO user (email, lasttime) VALUES ('alice@example.org', '" + time + "')");
        }
        boolean recent = !database.query("SELECT 1 AS x FROM user WHERE lasttime > '2026-11-23 12:00:00'")
                .isEmpty();

        Map<MailAddress, Mailbox> found = await(fixture.store.load(List.of(address("bob"), address("alice"))))
                .found();
        assertThat(found).containsOnlyKeys(address("bob"), address("alice"));
        assertThat(await(fixture.store.page(ALL, "", 10)).rows()).hasSize(2);
        assertThat(await(fixture.store.recentlyLoggedIn(NOON, 10)).found()).hasSize(recent ? 1 : 0);
        if (!time.contains("-00")) {
            assertThat(found.get(address("alice")).lasttime()).isEqualTo(Instant.parse(time.replace(' ', 'T') + "Z"));
        }
    }

    /** In any case, and with blanks behind it that the column's collation does not see. */
    @ParameterizedTest
    @ValueSource(strings = {"alice@example.org", "Alice@Example.ORG", "alice@example.org ", "alice@example.org  "})
    void whoseRowItIs(String email) throws Exception {
        database.execute("INSERT INTO user (email, lasttime) VALUES ('" + email + "', '2026-11-23 12:00:01')");
        boolean inSql = !database.query("SELECT 1 AS x FROM user WHERE email = 'alice@example.org'")
                .isEmpty();

        for (List<MailAddress> asked : List.of(List.of(address("alice")), List.of(address("bob"), address("alice")))) {
            assertThat(await(fixture.store.load(asked)).found().containsKey(address("alice")))
                    .isEqualTo(inSql);
        }
        fixture.flush(new Event.QuotaUpdate(address("alice"), CounterChange.set(7L), null));
        assertThat(database.query("SELECT 1 AS x FROM user WHERE bytes = 7").isEmpty())
                .isNotEqualTo(inSql);
        if (inSql) {
            assertThat(await(fixture.store.recentlyLoggedIn(NOON, 10)).found()).containsOnlyKeys(address("alice"));
            assertThat(await(fixture.store.page(ALL, "", 10)).rows())
                    .extracting(Mailbox::email)
                    .containsExactly(address("alice"), address("bob"));
        }
    }

    /** Letters that the collation takes for the same are two mailboxes. */
    @Test
    void lettersWithAndWithoutAccents() throws Exception {
        database.execute("INSERT INTO user (email) VALUES ('\u00e5sa@example.org')");
        assertThat(await(fixture.store.load(List.of(address("asa")))).found()).isEmpty();
        assertThat(await(fixture.store.load(List.of(address("asa"), address("\u00e5sa"))))
                        .found())
                .containsOnlyKeys(address("\u00e5sa"));
        fixture.flush(new Event.QuotaUpdate(address("asa"), CounterChange.set(7L), null));
        assertThat(database.query("SELECT 1 AS x FROM user WHERE bytes = 7")).isEmpty();
    }

    /**
     * By the column in lower case all programs name a mailbox; what they fold that name by afterwards, the letters from
     * A to Z or the whole of the database's alphabet, changes nothing more. So it is for every character of the basic
     * plane, before the {@code @} and behind it.
     */
    @Test
    void aNameInLowerCaseStaysWhatItIs() {
        List<String> lines = new ArrayList<>();
        for (int c = ' '; c <= 0xffff; c++) {
            if (!Character.isSurrogate((char) c) && c != '\u007f') {
                lines.add("a" + (char) c + "b@c" + (char) c + "d");
            }
        }
        List<String> lower = lower(lines);
        assertThat(lower).hasSameSizeAs(lines);
        assertThat(lower(lower)).isEqualTo(lower);
        for (int i = 0; i < lines.size(); i++) {
            MailAddress address = MailAddress.parse(lower.get(i));
            if (address != null) {
                assertThat(address.value()).isEqualTo(lower.get(i));
            }
            assertThat(address == null).as(lines.get(i)).isEqualTo(MailAddress.parse(lines.get(i)) == null);
        }
    }

    private List<String> lower(List<String> lines) {
        String text = String.valueOf(database.query(
                        "SELECT LOWER(CONVERT(? USING utf8mb4) COLLATE utf8mb4_general_ci) AS lower",
                        String.join("\n", lines))
                .get(0)
                .get("lower"));
        return List.of(text.split("\n", -1));
    }

    private Mailbox alice() throws TimeoutException {
        return await(fixture.store.load(List.of(address("alice")))).found().get(address("alice"));
    }
}
