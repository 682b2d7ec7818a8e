package dev.postern.check.database;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Columns are there and hold what will be written to them. One that the account may not see is a matter of its rights.
 */
final class ColumnsCheck {

    private static final String THERE =
            "SELECT table_name AS t, column_name AS c, data_type AS kind, column_type AS type,"
                    + " COALESCE(character_maximum_length, datetime_precision) AS size,"
                    + " COALESCE(collation_name, 'binary') AS collation"
                    + " FROM information_schema.columns WHERE table_schema = DATABASE()";

    private final DatabaseSession database;
    private final String name;
    private final AccountRights has;

    /**
     * Asks nothing yet.
     *
     * @param name of the database
     * @param has the account's rights
     */
    ColumnsCheck(DatabaseSession database, String name, AccountRights has) {
        this.database = database;
        this.name = name;
        this.has = has;
    }

    void examine(CheckReport report) throws SQLException {
        Map<String, Map<String, String>> there = new HashMap<>();
        database.query(THERE).forEach(row -> there.put(row.get("t") + "." + row.get("c"), row));
        List<String> missing = new ArrayList<>();
        for (RequiredColumn column : RequiredColumn.ALL) {
            Map<String, String> row = there.get(column.path());
            if (row == null) {
                missing.addAll(isVisible(column) ? List.of(column.path()) : List.of());
            } else if (!column.fits(row)) {
                report.problem(
                        CheckName.COLUMNS,
                        name + "." + column.path(),
                        "is " + row.get("type") + " and does not hold what the agent writes",
                        "ALTER TABLE `" + column.table() + "` MODIFY `" + column.name() + "` " + column.type());
            }
        }
        collations(report, there);
        if (!missing.isEmpty()) {
            report.problem(
                    CheckName.COLUMNS,
                    name,
                    "is older than this agent and lacks " + String.join(", ", missing),
                    "postern migrate --admin-user root --admin-password-file FILE");
        }
    }

    /** Addresses are compared with each other, and with what programs send in utf8mb4. */
    private void collations(CheckReport report, Map<String, Map<String, String>> there) {
        String wanted = collation(there, "user");
        for (String table : List.of("user", "subscription")) {
            String has = collation(there, table);
            if (!has.isEmpty() && (!has.startsWith("utf8mb4_") || !has.equals(wanted))) {
                report.problem(
                        CheckName.COLUMNS,
                        name + "." + table + ".email",
                        "has the collation " + has + ", in which the agent cannot compare addresses",
                        "ALTER TABLE `" + table + "` MODIFY `email` varchar(255) CHARACTER SET utf8mb4 COLLATE "
                                + (wanted.startsWith("utf8mb4_") ? wanted : "utf8mb4_general_ci") + " NOT NULL");
            }
        }
    }

    private static String collation(Map<String, Map<String, String>> there, String table) {
        Map<String, String> email = there.get(table + ".email");
        return email == null ? "" : email.getOrDefault("collation", "");
    }

    private boolean isVisible(RequiredColumn column) {
        return has.covers(new GrantedPrivilege("SELECT", GrantObject.table(name, column.table()), column.name()));
    }
}
