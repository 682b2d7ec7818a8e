package dev.postern.check.database;

import dev.postern.config.AgentConfig;
import dev.postern.schema.JdbcClient;
import dev.postern.schema.UnprivilegedRunner;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One connection of an account, on which nothing is written. It is used without root's rights. */
public final class DatabaseSession implements AutoCloseable {

    /** For connecting, and for each answer. */
    private static final String TIMEOUT = "&connectTimeout=5000&socketTimeout=10000";

    /** Rows that one query returns at most. */
    private static final int MAX_COUNT = 10_000;

    private final UnprivilegedRunner thread;
    private final Connection connection;

    private DatabaseSession(UnprivilegedRunner thread, Connection connection) {
        this.thread = thread;
        this.connection = connection;
    }

    /** Connects as an account; its password shows in no message. */
    public static DatabaseSession open(AgentConfig.MysqlSection where, String user, String password)
            throws SQLException {
        UnprivilegedRunner thread = new UnprivilegedRunner();
        try {
            return new DatabaseSession(
                    thread,
                    thread.call(() ->
                            JdbcClient.source(where, user, password, TIMEOUT).getConnection()));
        } catch (SQLException e) {
            thread.close();
            throw e;
        }
    }

    /** Rows by label in lower case, in order; NULL is the empty text. */
    public List<Map<String, String>> query(String sql, @Nullable Object... parameters) throws SQLException {
        return thread.call(() -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setMaxRows(MAX_COUNT);
                for (int i = 0; i < parameters.length; i++) {
                    statement.setObject(i + 1, parameters[i]);
                }
                return rows(statement.executeQuery());
            }
        });
    }

    /** The first column of the first row; empty when there is none. */
    public String value(String sql, @Nullable Object... parameters) throws SQLException {
        List<Map<String, String>> rows = query(sql, parameters);
        return rows.isEmpty() ? "" : rows.get(0).values().iterator().next();
    }

    private static List<Map<String, String>> rows(ResultSet results) throws SQLException {
        List<Map<String, String>> rows = new ArrayList<>();
        while (results.next()) {
            Map<String, String> row = new LinkedHashMap<>();
            for (int i = 1; i <= results.getMetaData().getColumnCount(); i++) {
                String value = results.getString(i);
                row.put(
                        results.getMetaData().getColumnLabel(i).toLowerCase(Locale.ROOT),
                        results.wasNull() ? "" : value);
            }
            rows.add(row);
        }
        return rows;
    }

    @Override
    public void close() throws SQLException {
        try {
            connection.close();
        } finally {
            thread.close();
        }
    }
}
