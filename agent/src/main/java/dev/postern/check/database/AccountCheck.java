package dev.postern.check.database;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import dev.postern.model.FailureText;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Another program's account on the database: whether its queries find their rows by an index, and mean UTC. */
public final class AccountCheck implements AutoCloseable {

    private final @Nullable DatabaseSession database;
    private final CheckReport report;

    private AccountCheck(@Nullable DatabaseSession database, CheckReport report) {
        this.database = database;
        this.report = report;
    }

    /** Connects. */
    public static AccountCheck of(AgentConfig.MysqlSection where, String password, CheckReport report) {
        try {
            return new AccountCheck(DatabaseSession.open(where, where.user(), password), report);
        } catch (SQLException e) {
            report.unchecked(CheckName.INDEXES, "account " + where.user() + ": " + FailureText.of(e));
            return new AccountCheck(null, report);
        }
    }

    /**
     * Has a query explained.
     *
     * @param where the query is
     * @param indexes as for {@link IndexesCheck#examine}
     */
    public void explain(String where, Map<String, String> indexes, String query) {
        if (database == null) {
            return;
        }
        try {
            new IndexesCheck(database).examine(report, where, indexes, query, List.of());
        } catch (SQLException e) {
            report.unchecked(CheckName.INDEXES, where + ": " + FailureText.of(e));
        }
    }

    /** The first column of a query's rows; none when they cannot be read. */
    public List<String> values(String query) {
        try {
            return database == null
                    ? List.of()
                    : database.query(query).stream()
                            .map(row -> row.values().iterator().next())
                            .toList();
        } catch (SQLException unknown) {
            return List.of();
        }
    }

    /** Whether the zone that its queries would take for the local one is UTC. */
    public boolean isUtc() {
        try {
            return database == null
                    || database.value("SELECT NOW() = UTC_TIMESTAMP()").equals("1");
        } catch (SQLException unknown) {
            return true;
        }
    }

    @Override
    public void close() {
        try {
            if (database != null) {
                database.close();
            }
        } catch (SQLException gone) {
            report.unchecked(CheckName.INDEXES, FailureText.of(gone));
        }
    }
}
