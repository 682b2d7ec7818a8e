package dev.postern.check.database;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A statement finds its rows by an index. A server may well read a small table as a whole though it has one, so that
 * counts as found; what counts is that it could not do otherwise.
 */
public final class IndexesCheck {

    private static final Set<String> WHOLE_TABLE = Set.of("ALL", "index");

    private final DatabaseSession database;

    public IndexesCheck(DatabaseSession database) {
        this.database = database;
    }

    /**
     * Has the server explain a statement.
     *
     * @param where the statement is
     * @param indexes the line that makes the index of each table, by what the statement calls the table
     */
    public void examine(
            CheckReport report,
            String where,
            Map<String, String> indexes,
            String sql,
            List<@Nullable Object> parameters)
            throws SQLException {
        for (Map<String, String> step : database.query(explain() + sql, parameters.toArray())) {
            String table = step.getOrDefault("table", "");
            String mend = indexes.get(table);
            if (mend != null
                    && WHOLE_TABLE.contains(step.getOrDefault("type", ""))
                    && step.getOrDefault("possible_keys", "").isEmpty()) {
                report.problem(CheckName.INDEXES, where, "reads all of table " + table, mend);
            }
        }
    }

    /**
     * As rows with columns: by default MySQL 9 draws a tree, and MariaDB does not know the word for what it does
     * anyway.
     */
    private String explain() throws SQLException {
        String version = database.query("SELECT VERSION() AS version").get(0).getOrDefault("version", "");
        return version.contains("MariaDB") ? "EXPLAIN " : "EXPLAIN FORMAT=TRADITIONAL ";
    }
}
