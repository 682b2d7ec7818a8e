package dev.postern.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.CounterChange;
import dev.postern.model.Event;
import dev.postern.model.IpAddress;
import dev.postern.model.MailAddress;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.TestDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the server sets for new sessions, rows are written and read as everywhere else. */
@Tag("database")
@ExtendWith(DatabaseExtension.class)
class SessionSettingsIT {

    private static final Instant TIME = Instant.parse("2026-11-23T12:00:00.123456Z");

    private final TestDatabase database;

    SessionSettingsIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void fill() {
        database.execute("DELETE FROM user");
        Assumptions.assumeTrue(database.server().isOurs(), "settings of another's server stay");
        database.execute(
                "INSERT INTO user (email, bytes) VALUES ('alice@example.org', 100), ('gr\u00e5@example.org', 1)");
    }

    @AfterEach
    void restore() {
        database.execute("SET GLOBAL init_connect = ''");
        database.execute("SET GLOBAL max_allowed_packet = 16777216");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET NAMES latin1",
                "SET character_set_client = latin1, character_set_results = latin1",
                "SET collation_connection = utf8mb4_bin",
                "SET sql_safe_updates = 1",
                "SET SESSION TRANSACTION READ ONLY",
                "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE",
                "SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED",
                "SET max_join_size = 1",
                "SET sql_select_limit = 1",
                "SET time_zone = '+13:00'",
                "SET sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES'",
                "SET sql_mode = ''",
                "SET autocommit = 0",
                "START TRANSACTION",
            })
    void mayBeSetForEverySession(String statement) throws Exception {
        database.execute("SET GLOBAL init_connect = \"" + statement + "\"");
        try (MailboxStoreFixture fixture = new MailboxStoreFixture(database)) {
            fixture.flush(
                    new Event.Login(MailboxStoreFixture.address("alice"), IpAddress.parse("192.0.2.7"), "imap", TIME),
                    new Event.QuotaUpdate(MailboxStoreFixture.address("alice"), CounterChange.increment(5), null),
                    new Event.QuotaUpdate(new MailAddress("gr\u00e5@example.org"), CounterChange.set(7), null));
            assertThat(fixture.row("alice"))
                    .containsEntry("lastip", "192.0.2.7")
                    .containsEntry("lasttime", "2026-11-23 12:00:00.123456")
                    .containsEntry("bytes", "105");
            assertThat(fixture.row("gr\u00e5")).containsEntry("bytes", "7");
            assertThat(MailboxStoreFixture.await(fixture.store.load(List.of(
                                    MailboxStoreFixture.address("alice"), new MailAddress("gr\u00e5@example.org"))))
                            .found())
                    .hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 16384})
    void aBatchThatIsLargerThanAPacketIsWrittenInParts(int packet) throws Exception {
        StringBuilder rows = new StringBuilder("INSERT INTO user (email, bytes) VALUES ('last@example.org', 0)");
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            rows.append(", ('").append("a".repeat(60)).append(i).append("@example.org', 1)");
            events.add(new Event.QuotaUpdate(
                    new MailAddress("a".repeat(60) + i + "@example.org"), CounterChange.increment(i), null));
        }
        database.execute(rows.toString());
        database.execute("SET GLOBAL max_allowed_packet = " + packet);
        try (MailboxStoreFixture fixture = new MailboxStoreFixture(database)) {
            fixture.flush(events.toArray(Event[]::new));
            assertThat(fixture.readBack()).hasSize(300);
            assertThat(database.query("SELECT SUM(bytes) AS sum FROM user WHERE email LIKE 'aaa%'"))
                    .extracting(row -> row.get("sum").toString())
                    .containsExactly(Integer.toString(300 + 299 * 150));
            assertThat(database.query("SELECT COUNT(*) AS refused FROM user WHERE email LIKE 'aaa%' AND bytes = 1"))
                    .extracting(row -> row.get("refused").toString())
                    .containsExactly("1");
        }
    }
}
