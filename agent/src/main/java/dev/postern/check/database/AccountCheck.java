package dev.postern.check.database;

import dev.postern.check.report.Check;
import dev.postern.check.report.Report;
import dev.postern.config.AgentConfig;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Another program's account on the database: whether its queries find their rows by an index, and mean UTC. */
public final class AccountCheck implements AutoCloseable {

    private final @Nullable Database database;
    private final Report report;

    private AccountCheck(@Nullable Database database, Report report) {
        this.database = database;
        this.report = report;
    }

    /** Connects; who cannot is not asked. */
    public static AccountCheck of(AgentConfig.Mysql where, String password, Report report) {
        try {
            return new AccountCheck(Database.open(where, where.user(), password), report);
        } catch (SQLException e) {
            report.unchecked(Check.INDEXES, "account " + where.user() + ": " + e.getMessage());
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
            report.unchecked(Check.INDEXES, where + ": " + e.getMessage());
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
            report.unchecked(Check.INDEXES, String.valueOf(gone.getMessage()));
        }
    }
}
