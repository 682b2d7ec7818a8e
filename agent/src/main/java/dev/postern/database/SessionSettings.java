package dev.postern.database;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Everything about a session that the statements rely on, whatever the server's defaults and its {@code init_connect}
 * are: set first on each connection, and read back once, behind it in the same round trip.
 */
final class SessionSettings {

    /** What a connection's server takes. */
    record PacketLimits(long maxAllowedPacket) {}

    /** No limit that a row set of ours reaches. */
    private static final String UNLIMITED = "18446744073709551615";

    /** Settings that each server has under one name. */
    private final Map<String, String> settings = new LinkedHashMap<>();

    /** Settings that each server reports under one of two names, or not at all; set by {@link #TRANSACTIONS}. */
    private static final Map<String, String> TRANSACTION_SETTINGS = Map.of(
            "tx_isolation", "REPEATABLE-READ",
            "transaction_isolation", "REPEATABLE-READ",
            "tx_read_only", "OFF",
            "transaction_read_only", "OFF");

    /** What a server's {@code init_connect} has left open ends. */
    private static final String END = "ROLLBACK";

    private static final String TRANSACTIONS = "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE";

    private static final String MAX_PACKET = "max_allowed_packet";

    /**
     * The settings of this agent.
     *
     * @param deadline of a statement. Waits for locks, of rows and of tables, end before it: no statement outlives the
     *     interest in it, and while a table is locked connections do not pile up at the server.
     */
    SessionSettings(Duration deadline) {
        String wait = Long.toString(Math.max(1, deadline.toSeconds() - 1));
        settings.put("autocommit", "ON");
        settings.put("character_set_client", "utf8mb4");
        settings.put("character_set_connection", "utf8mb4");
        settings.put("character_set_results", "utf8mb4");
        settings.put("collation_connection", "utf8mb4_general_ci");
        settings.put("time_zone", "+00:00");
        settings.put("sql_mode", "STRICT_ALL_TABLES");
        settings.put("sql_safe_updates", "OFF");
        settings.put("sql_big_selects", "ON");
        settings.put("sql_select_limit", UNLIMITED);
        settings.put("innodb_lock_wait_timeout", wait);
        settings.put("lock_wait_timeout", wait);
    }

    /** Another collation of the same character set: parameters are compared with addresses in their column's own. */
    private static final String ADDRESSES = "SET SESSION collation_connection = " + Sql.COLLATION;

    /** Sets and verifies; fails with {@link SessionSettingsException} when the server has another value. */
    Future<PacketLimits> applyTo(SqlConnection connection) {
        List<Future<RowSet<Row>>> sent = List.of(
                connection.query(END).execute(),
                connection.query(assignments()).execute(),
                connection.query(TRANSACTIONS).execute());
        Future<RowSet<Row>> readBack = connection.query(question()).execute();
        return Future.all(sent)
                .compose(set -> readBack)
                .compose(this::verified)
                .compose(limits -> connection.query(ADDRESSES).execute().map(limits));
    }

    private String assignments() {
        return settings.entrySet().stream()
                .map(setting -> setting.getKey() + " = " + literal(setting.getValue()))
                .collect(Collectors.joining(", ", "SET SESSION ", ""));
    }

    private static String literal(String value) {
        return value.chars().allMatch(Character::isDigit) || value.equals("ON") || value.equals("OFF")
                ? value
                : "'" + value + "'";
    }

    private String question() {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.putAll(TRANSACTION_SETTINGS);
        return all.keySet().stream()
                .collect(Collectors.joining(
                        "', '", "SHOW SESSION VARIABLES WHERE Variable_name IN ('" + MAX_PACKET + "', '", "')"));
    }

    private Future<PacketLimits> verified(RowSet<Row> rows) {
        Map<String, String> found = new HashMap<>();
        rows.forEach(row -> found.put(row.getString(0).toLowerCase(Locale.ROOT), row.getString(1)));
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            String value = found.getOrDefault(setting.getKey(), "nothing");
            if (!value.equalsIgnoreCase(setting.getValue())) {
                return Future.failedFuture(new SessionSettingsException(setting.getKey(), value));
            }
        }
        for (Map.Entry<String, String> setting : TRANSACTION_SETTINGS.entrySet()) {
            String value = found.getOrDefault(setting.getKey(), setting.getValue());
            if (!value.equalsIgnoreCase(setting.getValue())) {
                return Future.failedFuture(new SessionSettingsException(setting.getKey(), value));
            }
        }
        return Future.succeededFuture(new PacketLimits(Long.parseLong(found.getOrDefault(MAX_PACKET, "1024"))));
    }
}
