package dev.postern.check.database;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The tables are tables, of an engine with transactions and in a row format that takes the indexes. */
final class StorageCheck {

    private static final String OURS = "SELECT table_name AS name, table_type AS type, engine, row_format AS format"
            + " FROM information_schema.tables WHERE table_schema = DATABASE()"
            + " AND table_name IN ('user', 'subscription', 'domain', 'postern_checkpoint')";

    /** Their indexes take 767 bytes of a column: 191 characters. */
    private static final Set<String> SHORT = Set.of("compact", "redundant");

    private final DatabaseSession database;
    private final String name;

    StorageCheck(DatabaseSession database, String name) {
        this.database = database;
        this.name = name;
    }

    void examine(CheckReport report) throws SQLException {
        for (Map<String, String> table : database.query(OURS)) {
            String tableName = table.getOrDefault("name", "");
            String engine = table.getOrDefault("engine", "");
            String format = table.getOrDefault("format", "");
            String alter = "ALTER TABLE `" + tableName + "` ";
            if (table.getOrDefault("type", "").equals("VIEW")) {
                problem(
                        report,
                        tableName,
                        "is a view: the server does not explain how it finds rows, and may refuse what is written",
                        "in [mysql], name the database that has the table itself");
            } else if (!engine.equalsIgnoreCase("InnoDB")) {
                problem(
                        report,
                        tableName,
                        "is a table of " + engine + ", without transactions: what is written may count twice",
                        alter + "ENGINE=InnoDB");
            } else if (SHORT.contains(format.toLowerCase(Locale.ROOT))) {
                problem(
                        report,
                        tableName,
                        "has the row format " + format + ", in which an index does not take a whole address",
                        alter + "ROW_FORMAT=DYNAMIC");
            }
        }
    }

    private void problem(CheckReport report, String table, String problem, String fix) {
        report.problem(CheckName.COLUMNS, name + "." + table, problem, fix);
    }
}
