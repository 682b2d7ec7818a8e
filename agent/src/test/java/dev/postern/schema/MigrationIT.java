package dev.postern.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.config.AgentConfig;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code schema/} applied to an empty database, to the seed's, and to others. */
@Tag("newest-peers")
@Tag("database")
@ExtendWith(DatabaseExtension.class)
class MigrationIT {

    private final TestDatabase database;

    MigrationIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void empty() {
        database.execute("DROP DATABASE " + database.database(), "CREATE DATABASE " + database.database());
    }

    @Test
    void anEmptyDatabaseGetsEverything() {
        Migration.MigrationResult result = migrate();

        assertThat(result.applied()).containsExactly("V1 seed", "V2 postern", "V3 lastip", "V4 admin");
        assertThat(result.version()).isEqualTo("4");
        assertThat(tables())
                .contains(
                        "user",
                        "subscription",
                        "domain",
                        "postern_checkpoint",
                        "postern_audit",
                        "postern_deleted",
                        Migration.HISTORY);
    }

    @Test
    void againChangesNothing() {
        migrate();
        Migration.MigrationResult again = migrate();

        assertThat(again.applied()).isEmpty();
        assertThat(again.version()).isEqualTo("4");
    }

    @Test
    void theSeedsDatabaseKeepsEveryRow() {
        seed();
        database.execute(
                "INSERT INTO user (email, surname, lastip, lasttime, bytes, messages)"
                        + " VALUES ('Alice@Example.org', 'A', '192.0.2.7', '2026-07-01 12:00:00', 4000000000, 42)",
                "INSERT INTO user (email, surname, active, lastip) VALUES ('o\\'brien@example.org', 'B', 'N',"
                        + " 'garbage')",
                "INSERT INTO user (email, surname, password) VALUES ('m\u00fcller@example.org', 'M\u00fcller', '$1$x')",
                "INSERT INTO subscription (direction, email, recipient)"
                        + " VALUES ('I', 'alice@example.org', 'x@example.net'), ('O', 'alice@example.org',"
                        + " 'x@example.net')",
                "INSERT INTO domain (domain) VALUES ('example.org')");
        Map<String, Object> zone = database.query("SELECT CAST(CONVERT_TZ('2026-07-01 12:00:00', @@global.time_zone,"
                        + " '+00:00') AS CHAR) AS utc")
                .get(0);

        Migration.MigrationResult result = migrate();

        assertThat(result.applied()).containsExactly("V2 postern", "V3 lastip", "V4 admin");
        assertThat(database.query("SELECT email, active, lastip, CAST(bytes AS CHAR) AS bytes FROM user ORDER BY id"))
                .extracting(row -> row.get("email"), row -> row.get("active"), row -> row.get("lastip"))
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("Alice@Example.org", "Y", "192.0.2.7"),
                        org.assertj.core.groups.Tuple.tuple("o'brien@example.org", "N", "garbage"),
                        org.assertj.core.groups.Tuple.tuple("m\u00fcller@example.org", "Y", null));
        assertThat(database.query("SELECT CAST(lasttime AS CHAR) AS t FROM user WHERE email = 'alice@example.org'"))
                .extracting(row -> row.get("t"))
                .containsExactly(zone.get("utc") + ".000000");
        assertThat(database.query("SELECT id FROM subscription")).hasSize(2);
        assertThat(database.query("SELECT transport FROM domain"))
                .extracting(row -> row.get("transport"))
                .containsExactly("dovecot:");
    }

    @Test
    void aTimeInTheServersZoneBecomesUtc() {
        Assumptions.assumeTrue(database.server().isOurs(), "the server's zone may not be changed here");
        seed();
        database.execute("INSERT INTO user (email, lasttime) VALUES ('alice@example.org', '2026-07-01 12:00:00')");
        database.execute("SET GLOBAL time_zone = '+03:00'");
        try {
            migrate();
        } finally {
            database.execute("SET GLOBAL time_zone = 'SYSTEM'");
        }
        assertThat(database.query("SELECT CAST(lasttime AS CHAR) AS t FROM user"))
                .extracting(row -> row.get("t"))
                .containsExactly("2026-07-01 09:00:00.000000");
    }

    @Test
    void twoMailboxesWithoutANameArePossible() {
        migrate();
        database.execute("INSERT INTO user (email) VALUES ('a@example.org'), ('b@example.org')");
        assertThat(database.query("SELECT id FROM user")).hasSize(2);
    }

    /** By it alone the account of the commands sees what a password is; nothing of a password shows. */
    @Test
    void theSchemeOfEachPasswordIsKnown() {
        migrate();
        Map<String, String> schemes = new TreeMap<>(Map.of(
                "", "",
                "{BLF-CRYPT}$2y$10$x", "BLF-CRYPT",
                "{ssha256.hex}00", "SSHA256.HEX",
                "$2a$10$x", "BLF-CRYPT",
                "$6$salt$x", "SHA512-CRYPT",
                "$y$j9T$x", "YESCRYPT",
                "$1$salt$x", "MD5-CRYPT",
                "abJnggxhB/yWI", "DES-CRYPT",
                "{an opening bracket}", "UNKNOWN",
                "in clear text", "UNKNOWN"));
        schemes.put("$argon2id$v=19$x", "ARGON2");
        schemes.put("$5$salt$x", "SHA256-CRYPT");
        List<String> passwords = List.copyOf(schemes.keySet());
        for (int i = 0; i < passwords.size(); i++) {
            database.execute("INSERT INTO user (email, password) VALUES ('u" + (10 + i) + "@example.org', '"
                    + passwords.get(i) + "')");
        }
        assertThat(database.query("SELECT password_scheme AS s FROM user ORDER BY email"))
                .extracting(row -> row.get("s"))
                .containsExactlyElementsOf(schemes.values());
    }

    @Test
    void somebodyElsesDatabaseIsNotTouched() {
        database.execute("CREATE TABLE user (id int PRIMARY KEY, email varchar(255))");

        assertThatThrownBy(this::migrate)
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("not the seed's")
                .hasMessageContaining("domain.transport");
        assertThat(tables()).containsExactly("user");
    }

    @Test
    void aWrongPasswordIsSaidAndNotRepeated() {
        assertThatThrownBy(() -> Migration.migrate(where(), database.server().user(), "wrong-secret"))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("--admin-password-file")
                .hasMessageNotContaining("wrong-secret");
    }

    @Test
    void theQuestionsOfPostfixAreIndexLookups() {
        migrate();
        database.execute(
                "INSERT INTO user (email, lastip, lasttime, bytes, max_bytes) SELECT CONCAT('u', n, '@example.org'),"
                        + " CONCAT('192.0.', n DIV 250, '.', n MOD 250), UTC_TIMESTAMP(6) - INTERVAL n MINUTE,"
                        + " n, 10000 FROM ("
                        + " SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n AS n FROM " + digits("a") + ", "
                        + digits("b") + ", "
                        + digits("c") + ", " + digits("d") + ") numbers");
        database.execute("ANALYZE TABLE user");

        assertThat(rowsExamined("SELECT 'OK' FROM user WHERE lastip = '192.0.3.7' AND active = 'Y'"
                        + " AND lasttime > UTC_TIMESTAMP(6) - INTERVAL 60 SECOND LIMIT 1"))
                .isLessThan(10);
        assertThat(rowsExamined("SELECT over_quota FROM user WHERE email = 'u77@example.org'"))
                .isLessThan(10);
        assertThat(rowsExamined("SELECT email FROM user WHERE over_quota ORDER BY email LIMIT 50"))
                .isLessThan(10);
    }

    private long rowsExamined(String sql) {
        return database.explain(sql).stream()
                .map(row -> row.get("rows"))
                .mapToLong(rows -> rows == null ? 0 : Long.parseLong(rows.toString()))
                .sum();
    }

    private static String digits(String alias) {
        return "(SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL"
                + " SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) " + alias;
    }

    private Migration.MigrationResult migrate() {
        return Migration.migrate(
                where(), database.server().user(), database.server().password());
    }

    private AgentConfig.MysqlSection where() {
        return new AgentConfig.MysqlSection(
                database.host(), database.port(), null, database.database(), "", null, AgentConfig.TlsMode.OFF, null);
    }

    private List<String> tables() {
        return database
                .query(
                        "SELECT table_name AS t FROM information_schema.tables WHERE table_schema = ?",
                        database.database())
                .stream()
                .map(row -> row.get("t").toString())
                .sorted()
                .toList();
    }

    /** Makes the tables as the seed does, outside of any migration. */
    private void seed() {
        try {
            Path file = TestDatabase.schema().resolve("V1__seed.sql");
            database.script(Files.readString(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
