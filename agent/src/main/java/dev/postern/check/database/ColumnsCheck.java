package dev.postern.check.database;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Columns are there and hold what will be written to them. One that the account may not see is a matter of its rights. */
final class ColumnsCheck {

    private static final String THERE =
            "SELECT table_name AS t, column_name AS c, data_type AS kind, column_type AS type,"
                    + " COALESCE(character_maximum_length, datetime_precision) AS size"
                    + " FROM information_schema.columns WHERE table_schema = DATABASE()";

    private final DatabaseSession database;
    private final String name;
    private final Set<GrantedPrivilege> has;

    /**
     * Asks nothing yet.
     *
     * @param name of the database
     * @param has the account's rights
     */
    ColumnsCheck(DatabaseSession database, String name, Set<GrantedPrivilege> has) {
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
        if (!missing.isEmpty()) {
            report.problem(
                    CheckName.COLUMNS,
                    name,
                    "is older than this agent and lacks " + String.join(", ", missing),
                    "postern migrate --admin-user root --admin-password-file FILE");
        }
    }

    private boolean isVisible(RequiredColumn column) {
        GrantedPrivilege wanted = new GrantedPrivilege("SELECT", name + "." + column.table(), column.name());
        return has.stream().anyMatch(right -> right.covers(wanted));
    }
}
