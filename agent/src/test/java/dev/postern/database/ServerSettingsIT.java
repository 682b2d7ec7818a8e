package dev.postern.database;

import static dev.postern.database.MailboxStoreFixture.address;
import static dev.postern.database.MailboxStoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.CounterChange;
import dev.postern.model.Event;
import dev.postern.model.IpAddress;
import dev.postern.testing.Await;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server's own settings, as they stand in many a my.cnf, make no difference. */
@Tag("database")
@ExtendWith(DatabaseExtension.class)
class ServerSettingsIT {

    private final TestDatabase database;

    ServerSettingsIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void ours() {
        Assumptions.assumeTrue(database.server().isOurs(), "the server's settings may not be changed here");
    }

    @ParameterizedTest
    @CsvSource({
        "sql_mode, 'ANSI,TRADITIONAL'",
        "sql_mode, 'NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,HIGH_NOT_PRECEDENCE,PAD_CHAR_TO_FULL_LENGTH'",
        "sql_mode, ''",
        "collation_server, latin1_swedish_ci",
        "init_connect, 'SET autocommit=0, sql_mode=\"ANSI\", collation_connection=latin1_bin, time_zone=\"+07:00\"'",
        "autocommit, 0",
        "max_statement_time, 30",
        "max_execution_time, 30000",
        "transaction_isolation, READ-UNCOMMITTED",
        "sql_safe_updates, 1",
        "big_tables, 1",
        "sql_select_limit, 1"
    })
    void aSettingMakesNoDifference(String variable, String value) throws Exception {
        Assumptions.assumeFalse(
                database.query("SHOW GLOBAL VARIABLES LIKE '" + variable + "'").isEmpty(),
                "not a setting of this server");
        Object before =
                database.query("SELECT @@global." + variable + " AS v").get(0).get("v");
        try {
            set(variable, value);
            StoreExercise.readAndWrite(database);
        } finally {
            set(variable, String.valueOf(before));
        }
    }

    private void set(String variable, String value) {
        String known =
                variable.equals("sql_mode") && !isMariaDb() ? value.replace("PAD_CHAR_TO_FULL_LENGTH", "ANSI") : value;
        boolean number = value.matches("[0-9.]+");
        database.execute("SET GLOBAL " + variable + " = " + (number ? value : "'" + known.replace("'", "''") + "'"));
    }

    private boolean isMariaDb() {
        return database.query("SELECT VERSION() AS v")
                .get(0)
                .get("v")
                .toString()
                .contains("MariaDB");
    }

    @Test
    void oraclesMode() throws Exception {
        Assumptions.assumeTrue(isMariaDb(), "MariaDB alone has it");
        aSettingMakesNoDifference("sql_mode", "ORACLE");
    }

    /** A login opens the relay in Postfix's own query and after a restart of the agent, wherever the server is. */
    @ParameterizedTest
    @ValueSource(strings = {"+13:00", "-12:00", "+05:45"})
    void windowsAreTheSameInAnyZone(String zone) throws Exception {
        database.execute("DELETE FROM user", "INSERT INTO user (email) VALUES ('alice@example.org')");
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        try (MailboxStoreFixture fixture = new MailboxStoreFixture(database, Duration.ofSeconds(20))) {
            database.execute("SET GLOBAL time_zone = '" + zone + "'");
            fixture.flush(new Event.Login(address("alice"), IpAddress.parse("192.0.2.7"), "imap", now));

            assertThat(database.query("SELECT 1 AS x FROM user WHERE lastip = '192.0.2.7' AND active = 'Y'"
                            + " AND lasttime > UTC_TIMESTAMP(6) - INTERVAL 60 SECOND"
                            + " AND lasttime < UTC_TIMESTAMP(6) + INTERVAL 5 SECOND"))
                    .hasSize(1);
            assertThat(await(fixture.store.recentlyLoggedIn(now.minusSeconds(1), 10))
                            .found()
                            .get(address("alice"))
                            .lasttime())
                    .isEqualTo(now);
            assertThat(await(fixture.store.recentlyLoggedIn(now, 10)).found()).isEmpty();
        } finally {
            database.execute("SET GLOBAL time_zone = 'SYSTEM'");
        }
    }

    @Test
    void aConnectionThatTheServerEndsWhenItIsIdleIsOpenedAnew() throws Exception {
        database.execute("DELETE FROM user", "INSERT INTO user (email) VALUES ('alice@example.org')");
        String before = database.query("SELECT @@global.wait_timeout AS v")
                .get(0)
                .get("v")
                .toString();
        try {
            database.execute("SET GLOBAL wait_timeout = 1");
            try (MailboxStoreFixture fixture = new MailboxStoreFixture(database, Duration.ofSeconds(20))) {
                fixture.flush(new Event.QuotaUpdate(address("alice"), CounterChange.set(1L), null));
                Await.until(() -> connections() == 0, Duration.ofSeconds(30), () -> "the server keeps them");
                fixture.flush(new Event.QuotaUpdate(address("alice"), CounterChange.increment(1), null));
                assertThat(fixture.row("alice")).containsEntry("bytes", "2");
            }
        } finally {
            database.execute("SET GLOBAL wait_timeout = " + before);
        }
    }

    private int connections() {
        return database.query(
                        "SELECT id FROM information_schema.processlist WHERE user = 'postern' AND db = ?",
                        database.database())
                .size();
    }
}
