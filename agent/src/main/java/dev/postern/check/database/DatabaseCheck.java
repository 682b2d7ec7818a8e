package dev.postern.check.database;

import dev.postern.check.report.Check;
import dev.postern.check.report.Report;
import dev.postern.config.AgentConfig;
import dev.postern.database.IndexedStatements;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Set;

/** Everything about the database that the configuration names, on one connection of the agent's account. */
public final class DatabaseCheck {

    /** The account's name in grants.sql, whatever the configuration calls it. */
    static final String ACCOUNT = "postern";

    /** No such column, no such table, no right to them: already told as such. */
    private static final Set<Integer> TOLD = Set.of(1054, 1142, 1143, 1146);

    private final AgentConfig.Mysql mysql;
    private final String password;
    private final InstantSource clock;

    /**
     * Connects to nothing yet.
     *
     * @param password of the agent's account
     */
    public DatabaseCheck(AgentConfig.Mysql mysql, String password, InstantSource clock) {
        this.mysql = mysql;
        this.password = password;
        this.clock = clock;
    }

    public void examine(Report report) {
        try (Database database = Database.open(mysql, mysql.user(), password)) {
            examine(report, database);
        } catch (SQLException e) {
            Refusal refusal = Refusal.of(e, mysql);
            report.problem(Check.MYSQL, mysql.database(), refusal.problem(), refusal.mend());
        }
    }

    private void examine(Report report, Database database) throws SQLException {
        if (!database.value("SELECT @@global.read_only").equals("0")) {
            report.problem(
                    Check.MYSQL,
                    mysql.database(),
                    "the server is read-only: a replica?",
                    "name the primary in [mysql], or SET GLOBAL read_only = 0");
            return;
        }
        Set<Right> has = Grants.of(database);
        new GrantsCheck(database.value("SELECT CURRENT_USER()"), has, Grants.shipped(ACCOUNT, mysql.database()))
                .examine(report);
        new ColumnsCheck(database, mysql.database(), has).examine(report);
        IndexesCheck indexes = new IndexesCheck(database);
        for (IndexedStatements.Statement statement : IndexedStatements.all()) {
            unlessTold(() -> indexes.examine(
                    report,
                    "the agent's " + statement.name(),
                    statement.indexes(),
                    statement.sql(),
                    statement.parameters()));
        }
        unlessTold(() -> new ClockCheck(database, mysql.database(), clock).examine(report));
    }

    private static void unlessTold(Question question) throws SQLException {
        try {
            question.ask();
        } catch (SQLException e) {
            if (!TOLD.contains(e.getErrorCode())) {
                throw e;
            }
        }
    }

    @FunctionalInterface
    private interface Question {
        void ask() throws SQLException;
    }
}
