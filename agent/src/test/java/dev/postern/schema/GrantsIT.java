package dev.postern.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each account of {@code schema/grants.sql} can do its work, column by column, and nothing else. */
@Tag("newest-peers")
@Tag("database")
@ExtendWith(DatabaseExtension.class)
class GrantsIT {

    private static final String ADMIN = "postern_admin";

    /** Of `user`, what the administering account reads and does not write. */
    private static final Set<String> READ_ALONE = Set.of(
            "user.id",
            "user.email",
            "user.lastip",
            "user.lasttime",
            "user.bytes",
            "user.messages",
            "user.over_quota",
            "user.password_scheme");

    private static final Map<String, Set<String>> MAY_READ = Map.of(
            "postfix",
                    Set.of(
                            "domain.domain",
                            "domain.transport",
                            "subscription.direction",
                            "subscription.email",
                            "subscription.recipient",
                            "user.id",
                            "user.email",
                            "user.active",
                            "user.lastip",
                            "user.lasttime",
                            "user.over_quota"),
            "dovecot",
                    Set.of(
                            "user.email",
                            "user.password",
                            "user.active",
                            "user.max_bytes",
                            "user.max_messages",
                            "user.over_quota"),
            "postern",
                    Set.of(
                            "user.email",
                            "user.active",
                            "user.lastip",
                            "user.lasttime",
                            "user.bytes",
                            "user.messages",
                            "user.max_bytes",
                            "user.max_messages",
                            "user.over_quota",
                            "subscription.direction",
                            "subscription.email",
                            "subscription.recipient",
                            "postern_checkpoint.agent",
                            "postern_checkpoint.batch",
                            "postern_checkpoint.written"));

    private static final Map<String, Set<String>> MAY_UPDATE = Map.of(
            "postfix", Set.of(),
            "dovecot", Set.of(),
            "postern",
                    Set.of(
                            "user.lastip",
                            "user.lasttime",
                            "user.bytes",
                            "user.messages",
                            "postern_checkpoint.agent",
                            "postern_checkpoint.batch",
                            "postern_checkpoint.written"));

    private final TestDatabase database;

    GrantsIT(TestDatabase database) {
        this.database = database;
    }

    /** Everything but a password; it sets one all the same. The address, the figures and the audit stay as they are. */
    @Test
    void theAdministeringAccountReadsNoPasswordAndChangesNoAudit() throws SQLException {
        Set<String> read = new TreeSet<>();
        Set<String> update = new TreeSet<>();
        Set<String> own = new TreeSet<>(columns());
        own.removeIf(column -> column.startsWith("postern_checkpoint."));
        probe(ADMIN, read, update);

        Set<String> readable = new TreeSet<>(own);
        readable.remove("user.password");
        assertThat(read).isEqualTo(readable);
        Set<String> updatable = new TreeSet<>(own);
        updatable.removeIf(column -> column.startsWith("postern_audit.")
                || column.startsWith("subscription.")
                || column.equals("domain.id")
                || column.equals("domain.domain")
                || READ_ALONE.contains(column));
        assertThat(update).isEqualTo(updatable);
        try (Connection connection = database.connectAs(ADMIN);
                Statement statement = connection.createStatement()) {
            for (String refused : List.of(
                    "DELETE FROM postern_audit",
                    "INSERT INTO user (email, bytes) VALUES ('x@example.org', 0)",
                    "SELECT 1 FROM user WHERE password LIKE '$2%'",
                    "SELECT * FROM user",
                    "CREATE TABLE x (id int)",
                    "ALTER TABLE user ADD COLUMN x int",
                    "GRANT SELECT ON domain TO CURRENT_USER()",
                    "SELECT COUNT(*) FROM mysql.user")) {
                assertThat(allowed(statement, refused)).as(refused).isFalse();
            }
            for (String needed : List.of(
                    "DELETE FROM user WHERE FALSE",
                    "DELETE FROM domain WHERE FALSE",
                    "DELETE FROM subscription WHERE FALSE",
                    "SELECT id FROM user WHERE FALSE FOR UPDATE",
                    "SELECT id FROM domain WHERE FALSE FOR UPDATE")) {
                assertThat(allowed(statement, needed)).as(needed).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"postfix", "dovecot", "postern"})
    void readsAndUpdatesItsColumnsAndNoOthers(String account) throws SQLException {
        Set<String> read = new TreeSet<>();
        Set<String> update = new TreeSet<>();
        probe(account, read, update);
        assertThat(read).containsExactlyInAnyOrderElementsOf(MAY_READ.get(account));
        assertThat(update).containsExactlyInAnyOrderElementsOf(MAY_UPDATE.get(account));
    }

    private void probe(String account, Set<String> read, Set<String> update) throws SQLException {
        try (Connection connection = database.connectAs(account);
                Statement statement = connection.createStatement()) {
            for (String column : columns()) {
                String table = column.substring(0, column.indexOf('.'));
                String name = column.substring(column.indexOf('.') + 1);
                if (allowed(statement, "SELECT `" + name + "` FROM `" + table + "` LIMIT 0")) {
                    read.add(column);
                }
                if (allowed(statement, "UPDATE `" + table + "` SET `" + name + "` = NULL WHERE FALSE")) {
                    update.add(column);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"postfix", "dovecot", "postern"})
    void neitherAddsNorRemovesNorChangesAnything(String account) throws SQLException {
        try (Connection connection = database.connectAs(account);
                Statement statement = connection.createStatement()) {
            for (String table : List.of("user", "domain", "subscription", "postern_checkpoint")) {
                for (String sql : List.of(
                        "DELETE FROM `%s`",
                        "DROP TABLE `%s`",
                        "TRUNCATE TABLE `%s`",
                        "ALTER TABLE `%s` ADD COLUMN x int",
                        "LOCK TABLES `%s` WRITE",
                        "CREATE INDEX x ON `%s` (id)",
                        "GRANT SELECT ON `%s` TO CURRENT_USER()")) {
                    assertThat(allowed(statement, sql.formatted(table)))
                            .as(sql.formatted(table))
                            .isFalse();
                }
            }
            for (String sql : List.of(
                    "INSERT INTO user (email) VALUES ('x@example.org')",
                    "INSERT INTO domain (domain) VALUES ('x.example')",
                    "INSERT INTO subscription (email, recipient) VALUES ('x', 'y')",
                    "CREATE TABLE x (id int)",
                    "SELECT COUNT(*) FROM mysql.user",
                    "SELECT LOAD_FILE('/etc/passwd') FROM mysql.user",
                    "CREATE DATABASE postern_x")) {
                assertThat(allowed(statement, sql)).as(sql).isFalse();
            }
        }
    }

    @Test
    void theAgentKeepsItsCheckpoint() throws SQLException {
        try (Connection connection = database.connectAs("postern");
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO postern_checkpoint VALUES ('a', 1, UTC_TIMESTAMP(6))");
            statement.execute("UPDATE postern_checkpoint SET batch = 2 WHERE agent = 'a'");
        }
        assertThat(database.query("SELECT batch FROM postern_checkpoint")).hasSize(1);
    }

    /** Whether the server lets it through its checks of rights; other faults of the statement do not matter. */
    private static boolean allowed(Statement statement, String sql) {
        try {
            statement.execute(sql);
            return true;
        } catch (SQLException e) {
            return !Set.of(1044, 1045, 1142, 1143, 1227, 1370, 1410).contains(e.getErrorCode());
        }
    }

    private List<String> columns() {
        return database
                .query("SELECT CONCAT(table_name, '.', column_name) AS c FROM information_schema.columns"
                        + " WHERE table_schema = '" + database.database() + "'")
                .stream()
                .map(row -> row.get("c").toString())
                .toList();
    }
}
