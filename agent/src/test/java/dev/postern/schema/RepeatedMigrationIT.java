package dev.postern.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.config.AgentConfig;
import dev.postern.testing.Await;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A migration that fails, is killed or has been done by hand: either nothing has changed or it can be repeated, and a
 * time is converted once.
 */
@Tag("database")
@ExtendWith(DatabaseExtension.class)
class RepeatedMigrationIT {

    private final TestDatabase database;

    RepeatedMigrationIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void empty() {
        Assumptions.assumeTrue(database.server().isOurs(), "the server's zone may not be changed here");
        database.execute("DROP DATABASE " + database.database(), "CREATE DATABASE " + database.database());
        zone("+03:00");
    }

    @AfterEach
    void restoreZone() {
        zone("SYSTEM");
    }

    /** What older servers made of the same statements, and what an upgrade keeps. */
    @ParameterizedTest
    @CsvSource({"COMPACT, +03:00, 09", "REDUNDANT, -05:00, 17", "DYNAMIC, -05:00, 17"})
    void anyRowFormatIsMigratedInAnyZone(String format, String zone, String hour) {
        seed("ENGINE=InnoDB ROW_FORMAT=" + format);
        zone(zone);

        migrate();

        assertThat(lasttime()).isEqualTo("2026-07-01 " + hour + ":00:00.000000");
        assertThat(migrate().applied()).isEmpty();
        assertThat(lasttime()).isEqualTo("2026-07-01 " + hour + ":00:00.000000");
    }

    /** A server makes each statement as a whole or not at all: a client that is killed leaves one of these states. */
    @Test
    void aMigrationThatEndedBehindAnyStatementIsContinued() throws IOException {
        List<String> statements = new ArrayList<>(statements("V2__postern.sql"));
        statements.addAll(statements("V3__lastip.sql"));
        statements.addAll(statements("V4__admin.sql"));
        for (int done = 0; done <= statements.size(); done++) {
            if (done > 0 && statements.get(done - 1).strip().matches("(?s)(SET|PREPARE) .*")) {
                continue;
            }
            empty();
            seed("ENGINE=InnoDB");
            database.execute(statements.subList(0, done).toArray(String[]::new));

            Migration.MigrationResult result = migrate();

            assertThat(result.version()).isEqualTo("4");
            assertThat(lasttime()).as("%d statements", done).isEqualTo("2026-07-01 09:00:00.000000");
            assertThat(charset("lastip")).isEqualTo("ascii");
            assertThat(charset("email")).isEqualTo("utf8mb4");
        }
    }

    @Test
    void aClientThatIsKilledInTheAlterLosesNothing() throws Exception {
        seed("ENGINE=InnoDB");
        CompletableFuture<Migration.MigrationResult> killed;
        try (Connection other = database.connect()) {
            other.setAutoCommit(false);
            other.createStatement().executeQuery("SELECT * FROM user").close();
            killed = CompletableFuture.supplyAsync(this::migrate);
            Await.until(() -> !altering().isEmpty(), Duration.ofSeconds(20), () -> "no ALTER TABLE waits");
            assertThat(altering()).singleElement().satisfies(id -> database.execute("KILL " + id));
            assertThatThrownBy(killed::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("can be repeated");
            other.rollback();
        }
        assertThat(lasttime()).isEqualTo("2026-07-01 12:00:00");

        migrate();

        assertThat(lasttime()).isEqualTo("2026-07-01 09:00:00.000000");
    }

    private List<String> altering() {
        return database
                .query(
                        "SELECT id FROM information_schema.processlist WHERE info LIKE '%ALTER TABLE `user`%'"
                                + " AND state LIKE '%metadata lock%' AND db = ? AND id <> CONNECTION_ID()",
                        database.database())
                .stream()
                .map(row -> row.get("id").toString())
                .toList();
    }

    @Test
    void addressesThatTheNewCollationTakesForOneAreNamedBeforeAnythingChanges() {
        seed("ENGINE=InnoDB");
        database.execute(
                "INSERT INTO user (email, surname) VALUES ('bj\u00f6rn@example.org', 'x'), ('bjorn@example.org', 'y')",
                "INSERT INTO subscription (email, recipient) VALUES ('l@example.org', 'bj\u00f6rn@example.org'),"
                        + " ('l@example.org', 'bjorn@example.org')");

        assertThatThrownBy(this::migrate)
                .hasMessageStartingWith("nothing was changed: rows of `user`")
                .hasMessageContaining("bj\u00f6rn@example.org = bjorn@example.org")
                .hasMessageContaining("rows of `subscription`");
        assertUntouched();

        database.execute("DELETE FROM user WHERE surname = 'x'", "DELETE FROM subscription LIMIT 1");
        migrate();
        assertThat(lasttime()).isEqualTo("2026-07-01 09:00:00.000000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE domain ENGINE=MyISAM | ALTER TABLE `domain` ENGINE=InnoDB",
                "ALTER TABLE user ADD INDEX lasttime (lasttime) | ALTER TABLE `user` DROP INDEX `lasttime`",
                "ALTER TABLE user MODIFY lasttime datetime(6) | ALTER TABLE `user` MODIFY `lasttime` datetime",
                "RENAME TABLE domain TO base; CREATE VIEW domain AS SELECT * FROM base | is a view",
            })
    void whatIsInTheWayIsNamedWithItsFix(String way) {
        seed("ENGINE=InnoDB");
        String[] parts = way.split(" \\| ", -1);
        database.execute(parts[0].split("; ", -1));

        assertThatThrownBy(this::migrate)
                .hasMessageStartingWith("nothing was changed: ")
                .hasMessageContaining(parts[1]);
        assertThat(lasttime()).startsWith("2026-07-01 12:00:00");
    }

    /** Two mailboxes without a name need that key away, as the administrators of the seed's tables have found. */
    @Test
    void aKeyThatHasBeenDroppedIsNotMissed() {
        seed("ENGINE=InnoDB");
        database.execute("ALTER TABLE user DROP INDEX fullname");
        migrate();
        assertThat(lasttime()).isEqualTo("2026-07-01 09:00:00.000000");
    }

    @Test
    void whatFailsLaterIsExplainedAndRepeated() {
        seed("ENGINE=InnoDB");
        database.execute("CREATE TABLE other (email varchar(255) character set latin1, FOREIGN KEY (email) REFERENCES"
                + " user (email))"
                + " ENGINE=InnoDB");

        assertThatThrownBy(this::migrate).hasMessageContaining("postern migrate can be repeated");
        assertThat(lasttime()).isEqualTo("2026-07-01 12:00:00");

        database.execute("DROP TABLE other");
        migrate();
        assertThat(lasttime()).isEqualTo("2026-07-01 09:00:00.000000");
    }

    /** Of the file's first form, which converted the times before it altered the table. */
    @Test
    void timesThatAnEarlierVersionHasConvertedAreNotConvertedAgain() {
        seed("ENGINE=InnoDB");
        migrate();
        String history = database.database() + "." + Migration.HISTORY;
        database.execute("CREATE TABLE kept AS SELECT * FROM " + history, "RENAME TABLE kept TO kept_history");
        database.execute(
                "UPDATE kept_history SET success = 0, checksum = 746409390 WHERE version = '2'",
                "DELETE FROM kept_history WHERE version = '3'",
                "DROP TABLE user, subscription, domain, postern_checkpoint",
                "RENAME TABLE " + history + " TO gone, kept_history TO " + history);
        seed("ENGINE=InnoDB");

        assertThatThrownBy(this::migrate)
                .hasMessageStartingWith("nothing was changed: an earlier version")
                .hasMessageContaining("UPDATE `user` SET `lasttime`");
        assertUntouched();
    }

    private void assertUntouched() {
        assertThat(lasttime()).isEqualTo("2026-07-01 12:00:00");
        assertThat(charset("email")).isEqualTo("latin1");
    }

    private void zone(String zone) {
        database.execute("SET GLOBAL time_zone = '" + zone + "'");
    }

    private String lasttime() {
        return database.query("SELECT CAST(lasttime AS CHAR) AS t FROM user WHERE email = 'a@example.org'")
                .get(0)
                .get("t")
                .toString();
    }

    private String charset(String column) {
        return database.query(
                        "SELECT character_set_name AS c FROM information_schema.columns"
                                + " WHERE table_schema = ? AND table_name = 'user' AND column_name = ?",
                        database.database(),
                        column)
                .get(0)
                .get("c")
                .toString();
    }

    private Migration.MigrationResult migrate() {
        return Migration.migrate(
                new AgentConfig.MysqlSection(
                        database.host(),
                        database.port(),
                        null,
                        database.database(),
                        "",
                        null,
                        AgentConfig.TlsMode.OFF,
                        null),
                database.server().user(),
                database.server().password());
    }

    private static List<String> statements(String file) throws IOException {
        return TestDatabase.statements(Files.readString(TestDatabase.schema().resolve(file)));
    }

    private void seed(String engine) {
        try {
            for (String statement : statements("V1__seed.sql")) {
                database.execute(statement.replace("ENGINE=InnoDB", engine));
            }
            database.execute("INSERT INTO user (email, surname, lasttime, lastip)"
                    + " VALUES ('a@example.org', 'a', '2026-07-01 12:00:00', '192.0.2.7')");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
