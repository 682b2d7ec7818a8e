package dev.postern.schema;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks that {@code V2__postern.sql} will go through, before anything changes: a table that cannot be converted, rows
 * that the new collation takes for one, times that cannot be converted. Each problem is a sentence with its fix.
 */
final class MigrationPreflight {

    private static final String COLLATED = " COLLATE utf8mb4_general_ci";

    /** The unique keys whose text columns change their collation. */
    private static final Map<String, List<String>> KEYS = Map.of(
            "user", List.of("email"),
            "subscription", List.of("direction", "email", "recipient"),
            "domain", List.of("domain"));

    /** Indexes that the file adds, by names that must be free. */
    private static final Set<String> ADDED = Set.of("relay", "lasttime", "over_quota");

    /** Examples in one message. */
    private static final int EXAMPLES = 3;

    private final Connection connection;
    private final List<String> problems = new ArrayList<>();

    private MigrationPreflight(Connection connection) {
        this.connection = connection;
    }

    /** Returns what is in the way of a database that is still as the seed made it; an empty list when nothing is. */
    static List<String> problems(Connection connection) throws SQLException {
        MigrationPreflight preflight = new MigrationPreflight(connection);
        for (String table : List.of("user", "subscription", "domain")) {
            if (preflight.isTable(table)) {
                preflight.duplicates(table);
            }
        }
        if (preflight.problems.isEmpty()) {
            preflight.columns();
            preflight.times();
            preflight.indexes();
        }
        return preflight.problems;
    }

    private boolean isTable(String table) throws SQLException {
        String kind = value(
                "SELECT CONCAT(table_type, ' ', COALESCE(engine, '')) FROM information_schema.tables",
                " WHERE table_schema = DATABASE() AND table_name = '" + table + "'");
        if (kind == null || kind.equals("BASE TABLE InnoDB")) {
            return true;
        }
        problems.add(
                kind.startsWith("BASE TABLE")
                        ? "`" + table + "` is a table of " + kind.substring("BASE TABLE ".length())
                                + ", which has no transactions: ALTER TABLE `" + table + "` ENGINE=InnoDB"
                        : "`" + table + "` is a view and cannot be altered: name the database of its table in [mysql]");
        return false;
    }

    private void duplicates(String table) throws SQLException {
        List<String> columns = KEYS.getOrDefault(table, List.of());
        String grouped = String.join(
                ", ",
                columns.stream()
                        .map(column -> "CONVERT(`" + column + "` USING utf8mb4)" + COLLATED)
                        .toList());
        String shown = columns.size() == 1 ? "`" + columns.get(0) + "`" : "CONCAT_WS(' ', " + quoted(columns) + ")";
        List<String> found = values("SELECT GROUP_CONCAT(CONVERT(" + shown + " USING utf8mb4) ORDER BY id SEPARATOR"
                + " ' = ') FROM `" + table + "` GROUP BY " + grouped + " HAVING COUNT(*) > 1 LIMIT " + EXAMPLES);
        if (!found.isEmpty()) {
            problems.add(
                    "rows of `" + table + "` that differ only by letters which the new collation takes for the same ("
                            + String.join("; ", found) + "): rename or delete one of each");
        }
    }

    private static String quoted(List<String> columns) {
        return String.join(
                ", ", columns.stream().map(column -> "`" + column + "`").toList());
    }

    private void columns() throws SQLException {
        String lasttime = value(
                "SELECT column_type FROM information_schema.columns",
                " WHERE table_schema = DATABASE() AND table_name = 'user' AND column_name = 'lasttime'");
        if (lasttime != null && !lasttime.equals("datetime")) {
            problems.add("`user`.`lasttime` is " + lasttime + " and not the seed's datetime: whether its times are UTC"
                    + " cannot be known. ALTER TABLE `user` MODIFY `lasttime` datetime, with times in"
                    + " the server's zone");
        }
    }

    private void times() throws SQLException {
        String utc = value("SELECT CONVERT_TZ('2026-07-01 12:00:00', @@global.time_zone, '+00:00')", "");
        if (utc == null) {
            problems.add("the server does not know its own time zone: mariadb-tzinfo-to-sql /usr/share/zoneinfo |"
                    + " mariadb mysql");
        }
    }

    private void indexes() throws SQLException {
        for (String name : values("SELECT DISTINCT index_name FROM information_schema.statistics"
                + " WHERE table_schema = DATABASE() AND table_name = 'user'")) {
            if (ADDED.contains(name)) {
                problems.add(
                        "`user` has an index of a name that is needed: ALTER TABLE `user` DROP INDEX `" + name + "`");
            }
        }
    }

    private @Nullable String value(String select, String where) throws SQLException {
        List<String> values = values(select + where);
        return values.isEmpty() ? null : values.get(0);
    }

    /** The first column without its NULLs. */
    private List<String> values(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                String value = rows.getString(1);
                if (value != null) {
                    values.add(value);
                }
            }
        }
        return values;
    }
}
