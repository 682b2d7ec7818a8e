package dev.postern.testing;

import dev.postern.config.AgentConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A fresh database on a real server, with {@code schema/} applied and the accounts opened.
 *
 * @param server where it lives
 * @param database its name
 */
public record TestDatabase(DatabaseServer server, String database) {

    /** A database account. */
    public record DatabaseAccount(String user, String password) {}

    private static final List<String> ACCOUNTS = List.of("postfix", "dovecot", "postern", "postern_admin");

    /** A database on a server of the caller's own, which may be stopped and started. */
    public static TestDatabase on(DatabaseServer server, String name) {
        return create(server, name);
    }

    /** Creates the database, its tables and the rights of the accounts. */
    static TestDatabase create(DatabaseServer server, String name) {
        TestDatabase database = new TestDatabase(server, name);
        database.server("CREATE DATABASE " + name);
        schemaFiles().forEach(file -> database.script(read(file)));
        database.applyGrants();
        return database;
    }

    public String host() {
        return server.host();
    }

    public int port() {
        return server.port();
    }

    /** The server's Unix socket; null when it has none that can be reached from here. */
    public Path socket() {
        return server.socket();
    }

    /** The account of {@code schema/grants.sql}; with a password that needs care, where the program allows one. */
    public DatabaseAccount account(String user) {
        return new DatabaseAccount(user, user.equals("dovecot") ? "dovecot-secret" : user + "-'secret\"#");
    }

    public String jdbcUrl() {
        return "jdbc:mariadb://" + host() + ":" + port() + "/" + database
                + "?sslMode=disable&allowPublicKeyRetrieval=true";
    }

    /** A connection with all rights. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl(), server.user(), server.password());
    }

    /** A connection with the rights of one of the accounts. */
    public Connection connectAs(String user) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(), user, account(user).password());
    }

    public void execute(String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(String.join(";", statements), e);
        }
    }

    /** Rows as maps from column label to value. */
    public List<Map<String, Object>> query(String sql, Object... arguments) {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            return rows(statement.executeQuery());
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Returns the plan of a statement, a row for each table; MySQL 9 would print a tree by itself. */
    public List<Map<String, Object>> explain(String sql, Object... arguments) {
        return query("EXPLAIN " + (isMariaDb() ? "" : "FORMAT=TRADITIONAL ") + sql, arguments);
    }

    /** An account's way over the Unix socket, which has to be there, with its owner trusted. */
    public AgentConfig.MysqlSection atSocket(String user) throws IOException {
        return new AgentConfig.MysqlSection(
                "",
                0,
                socket(),
                database,
                user,
                null,
                AgentConfig.TlsMode.OFF,
                null,
                Files.getAttribute(socket(), "unix:uid").toString(),
                null);
    }

    public boolean isMariaDb() {
        return query("SELECT VERSION() AS v").get(0).get("v").toString().contains("MariaDB");
    }

    /** Runs a file's statements in one session. */
    public void script(String sql) {
        execute(statements(sql).toArray(String[]::new));
    }

    /** A file's statements: separated by a semicolon at the end of a line. */
    public static List<String> statements(String sql) {
        return Pattern.compile(";\\s*(\\n|$)")
                .splitAsStream(sql.replaceAll("(?m)^--.*$", ""))
                .filter(statement -> !statement.isBlank())
                .toList();
    }

    /** Applies {@code schema/grants.sql} to this database and opens the accounts. */
    public void applyGrants() {
        script(read(schema().resolve("grants.sql"))
                .replace("`mail`", "`" + database + "`")
                .replace("'localhost'", "'" + server.clientHost() + "'"));
        for (String user : ACCOUNTS) {
            String password = account(user).password().replace("'", "''");
            execute("ALTER USER '" + user + "'@'" + server.clientHost() + "' IDENTIFIED BY '" + password
                    + "' ACCOUNT UNLOCK");
            rememberPassword(user);
        }
    }

    /**
     * MySQL asks for the password itself at an account's first login; the agent gives it to no server over plain TCP.
     */
    private void rememberPassword(String user) {
        try {
            connectAs(user).close();
        } catch (SQLException e) {
            throw new IllegalStateException(user, e);
        }
    }

    /** With the accounts' rights, which would outlive it. */
    void drop() {
        for (String user : ACCOUNTS) {
            String account = "'" + user + "'@'" + server.clientHost() + "'";
            query("SELECT table_name AS t FROM mysql.tables_priv WHERE db = ? AND user = ?", database, user)
                    .forEach(row -> execute("REVOKE ALL PRIVILEGES ON `" + row.get("t") + "` FROM " + account));
        }
        server("DROP DATABASE IF EXISTS " + database);
    }

    private void server(String sql) {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static List<Map<String, Object>> rows(ResultSet results) throws SQLException {
        List<Map<String, Object>> rows = new ArrayList<>();
        while (results.next()) {
            Map<String, Object> row = new LinkedHashMap<>();
            for (int i = 1; i <= results.getMetaData().getColumnCount(); i++) {
                row.put(results.getMetaData().getColumnLabel(i), results.getObject(i));
            }
            rows.add(row);
        }
        return rows;
    }

    /** The repository's {@code schema/}. */
    public static Path schema() {
        return Path.of(System.getProperty("postern.root", "..")).resolve("schema");
    }

    private static List<Path> schemaFiles() {
        try (var files = Files.list(schema())) {
            return files.filter(file -> file.getFileName().toString().matches("V\\d+__.*\\.sql"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
