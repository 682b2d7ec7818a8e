package dev.postern.schema;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The tables of a database and their columns, by lower-case name. */
final class ExistingTables {

    private final Map<String, Set<String>> columns = new HashMap<>();

    private ExistingTables() {}

    static ExistingTables of(Connection connection) throws SQLException {
        ExistingTables tables = new ExistingTables();
        try (PreparedStatement statement = connection.prepareStatement("SELECT table_name, column_name"
                        + " FROM information_schema.columns WHERE table_schema = DATABASE()");
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                tables.columns
                        .computeIfAbsent(rows.getString(1).toLowerCase(Locale.ROOT), name -> new HashSet<>())
                        .add(rows.getString(2).toLowerCase(Locale.ROOT));
            }
        }
        return tables;
    }

    boolean isEmpty() {
        return columns.isEmpty();
    }

    boolean has(String table) {
        return columns.containsKey(table);
    }

    boolean has(String table, String column) {
        return columns.getOrDefault(table, Set.of()).contains(column);
    }

    /** What is not there of these, as {@code table.column}. */
    List<String> missing(Map<String, List<String>> wanted) {
        List<String> missing = new ArrayList<>();
        wanted.forEach((table, names) -> {
            Set<String> there = columns.getOrDefault(table, Set.of());
            names.stream().filter(name -> !there.contains(name)).forEach(name -> missing.add(table + "." + name));
        });
        missing.sort(null);
        return missing;
    }
}
