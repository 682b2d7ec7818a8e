package dev.postern.admin.store;

import dev.postern.config.AgentConfig;
import dev.postern.schema.JdbcClient;
import dev.postern.schema.UnprivilegedRunner;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The database, for the account that administers. Each piece of work is one transaction on a connection of its own. */
public final class AdminDatabase {

    /** Milliseconds. */
    private static final String TIMEOUTS = "&connectTimeout=5000&socketTimeout=60000";

    /** A value that does not fit is an error, whatever the server's default is. */
    private static final String SESSION = "SET SESSION sql_mode = 'STRICT_ALL_TABLES', time_zone = '+00:00',"
            + " innodb_lock_wait_timeout = 10, lock_wait_timeout = 10";

    private final AgentConfig.MysqlSection where;
    private final String password;
    private final String actor;

    /**
     * Connects to nothing yet.
     *
     * @param where with the account that administers
     * @param actor the author of changes, for the audit: {@code cli:root}
     */
    public AdminDatabase(AgentConfig.MysqlSection where, String password, String actor) {
        this.where = where;
        this.password = password;
        this.actor = actor;
    }

    /** Work in a transaction. */
    @FunctionalInterface
    interface TransactionWork<T> {
        T in(AdminTransaction transaction) throws SQLException;
    }

    /**
     * Does it and commits; whatever it throws takes everything back.
     *
     * @throws AdminDatabaseException when the database cannot
     */
    <T> T transact(TransactionWork<T> work) {
        try {
            if (where.socket() != null) {
                return connected(work);
            }
            try (UnprivilegedRunner unprivileged = new UnprivilegedRunner()) {
                return unprivileged.call(() -> connected(work));
            }
        } catch (SQLException e) {
            throw AdminDatabaseException.of(e, where.user());
        }
    }

    private <T> T connected(TransactionWork<T> work) throws SQLException {
        try (Connection connection =
                JdbcClient.source(where, where.user(), password, TIMEOUTS).getConnection()) {
            try (Statement session = connection.createStatement()) {
                session.execute(SESSION);
            }
            connection.setAutoCommit(false);
            T result = work.in(new AdminTransaction(connection, actor));
            connection.commit();
            return result;
        }
    }
}
