package dev.postern.admin.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A transaction: statements, and the audit's line about them. */
final class AdminTransaction {

    /** An index that is unique has the value already. */
    static final int DUPLICATE = 1062;

    private static final String AUDIT = "INSERT INTO postern_audit (time, actor, action, object, domain, changes)"
            + " VALUES (UTC_TIMESTAMP(6), ?, ?, ?, ?, ?)";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Width of {@code postern_audit.actor}. */
    private static final int MAX_ACTOR = 128;

    /** Rows that the driver holds of a long list. */
    private static final int PORTION = 1000;

    private final Connection connection;
    private final String actor;

    AdminTransaction(Connection connection, String actor) {
        this.connection = connection;
        this.actor = actor.length() > MAX_ACTOR ? actor.substring(0, MAX_ACTOR) : actor;
    }

    String actor() {
        return actor;
    }

    /** The first row; null when there is none. */
    @Nullable
    Map<String, @Nullable Object> row(String sql, @Nullable Object... values) throws SQLException {
        List<Map<String, @Nullable Object>> rows = rows(sql, values);
        return rows.isEmpty() ? null : rows.get(0);
    }

    /** All rows, by their columns' names; of statements that have few. */
    List<Map<String, @Nullable Object>> rows(String sql, @Nullable Object... values) throws SQLException {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        each(rows::add, sql, values);
        return rows;
    }

    /** Each row, as it comes. */
    void each(Consumer<Map<String, @Nullable Object>> consumer, String sql, @Nullable Object... values)
            throws SQLException {
        try (PreparedStatement statement = prepare(sql, values);
                ResultSet found = statement.executeQuery()) {
            int columns = found.getMetaData().getColumnCount();
            while (found.next()) {
                Map<String, @Nullable Object> row = new LinkedHashMap<>();
                for (int i = 1; i <= columns; i++) {
                    row.put(found.getMetaData().getColumnLabel(i), found.getObject(i));
                }
                consumer.accept(row);
            }
        }
    }

    /** The number in the first column of the first row. */
    long count(String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(sql, values);
                ResultSet found = statement.executeQuery()) {
            return found.next() ? found.getLong(1) : 0;
        }
    }

    int update(String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(sql, values)) {
            return statement.executeUpdate();
        }
    }

    private PreparedStatement prepare(String sql, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setFetchSize(PORTION);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    /**
     * Writes the audit's line.
     *
     * @param object what was changed
     * @param changes nothing of a password
     */
    void audit(String action, String object, Map<String, ?> changes) throws SQLException {
        update(AUDIT, actor, action, object, object.substring(object.lastIndexOf('@') + 1), json(changes));
    }

    static String json(Map<String, ?> values) {
        try {
            return JSON.writeValueAsString(values);
        } catch (JsonProcessingException neverOfTextsAndNumbers) {
            throw new IllegalStateException(neverOfTextsAndNumbers);
        }
    }
}
