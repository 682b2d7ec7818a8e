package dev.postern.check.database;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import dev.postern.database.IndexedStatements;
import dev.postern.model.RecipientDelimiter;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Set;

/** Everything about the database that the configuration names, on one connection of the agent's account. */
public final class DatabaseCheck {

    /** The account's name in grants.sql, whatever the configuration calls it. */
    static final String ACCOUNT = "postern";

    /** No such column, no such table, no right to them, a view that cannot be explained: already reported as such. */
    private static final Set<Integer> REPORTED = Set.of(1054, 1142, 1143, 1146, 1345);

    private final AgentConfig.MysqlSection mysql;
    private final String password;
    private final RecipientDelimiter delimiter;
    private final InstantSource clock;

    /**
     * Connects to nothing yet.
     *
     * @param password of the agent's account
     * @param delimiter whose characters no mailbox has in its name
     */
    public DatabaseCheck(
            AgentConfig.MysqlSection mysql, String password, RecipientDelimiter delimiter, InstantSource clock) {
        this.mysql = mysql;
        this.password = password;
        this.delimiter = delimiter;
        this.clock = clock;
    }

    public void examine(CheckReport report) {
        new WayCheck(mysql).examine(report);
        try (DatabaseSession database = DatabaseSession.open(mysql, mysql.user(), password)) {
            examine(report, database);
        } catch (SQLException e) {
            ConnectFailure refusal = ConnectFailure.of(e, mysql);
            report.problem(CheckName.MYSQL, mysql.database(), refusal.problem(), refusal.fix());
        }
    }

    private void examine(CheckReport report, DatabaseSession database) throws SQLException {
        if (!new ServerCheck(mysql).examine(report, database)) {
            return;
        }
        AccountRights has = GrantSet.of(database);
        String account = database.value("SELECT CURRENT_USER()");
        report.attempt(
                CheckName.GRANTS,
                () -> new GrantsCheck(account, has, GrantSet.shipped(ACCOUNT, mysql.database())).examine(report));
        new StorageCheck(database, mysql.database()).examine(report);
        new ColumnsCheck(database, mysql.database(), has).examine(report);
        IndexesCheck indexes = new IndexesCheck(database);
        for (IndexedStatements.IndexedStatement statement : IndexedStatements.all()) {
            unlessReported(() -> indexes.examine(
                    report,
                    "the agent's " + statement.name(),
                    statement.indexes(),
                    statement.sql(),
                    statement.parameters()));
        }
        unlessReported(() -> new NamesCheck(database, mysql.database(), delimiter).examine(report));
        unlessReported(() -> new ClockCheck(database, mysql.database(), clock).examine(report));
    }

    private static void unlessReported(DatabaseQuestion question) throws SQLException {
        try {
            question.ask();
        } catch (SQLException e) {
            if (!REPORTED.contains(e.getErrorCode())) {
                throw e;
            }
        }
    }

    @FunctionalInterface
    private interface DatabaseQuestion {
        void ask() throws SQLException;
    }
}
