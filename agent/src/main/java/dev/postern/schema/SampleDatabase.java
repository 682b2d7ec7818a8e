package dev.postern.schema;

import dev.postern.config.AgentConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Pattern;

/** What {@code postern try} puts into its private server: the database, the rights of {@code grants.sql}, mailboxes. */
public final class SampleDatabase {

    private static final Pattern STATEMENT_END = Pattern.compile(";\\s*(\\n|$)");
    private static final Pattern COMMENT = Pattern.compile("(?m)^--.*$");

    private SampleDatabase() {}

    /** Creates the database if it is not there. */
    public static void create(AgentConfig.MysqlSection where, String adminUser) {
        AgentConfig.MysqlSection server = new AgentConfig.MysqlSection(
                where.host(), where.port(), where.socket(), "mysql", where.user(), null, where.tls(), null);
        execute(server, adminUser, List.of("CREATE DATABASE IF NOT EXISTS `" + where.database() + "`"));
    }

    /**
     * Grants the rights, opens the agent's account and adds the sample mailboxes that are not there.
     *
     * @param password for the agent's account; letters, digits, {@code -} and {@code _} alone
     */
    public static void fill(AgentConfig.MysqlSection where, String adminUser, String password) {
        execute(where, adminUser, statements("/schema/grants.sql"));
        execute(
                where,
                adminUser,
                List.of("ALTER USER '" + where.user() + "'@'localhost' IDENTIFIED BY '" + password
                        + "' ACCOUNT UNLOCK"));
        execute(where, adminUser, statements("/try/mailboxes.sql"));
    }

    private static void execute(AgentConfig.MysqlSection where, String adminUser, List<String> statements) {
        try {
            try (Connection connection =
                            JdbcClient.source(where, adminUser, "", "").getConnection();
                    Statement statement = connection.createStatement()) {
                for (String sql : statements) {
                    statement.execute(sql);
                }
            }
        } catch (SQLException e) {
            throw MigrationException.of(e, where);
        }
    }

    private static List<String> statements(String resource) {
        try (InputStream in = SampleDatabase.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not packed");
            }
            String sql = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return STATEMENT_END
                    .splitAsStream(COMMENT.matcher(sql).replaceAll(""))
                    .filter(statement -> !statement.isBlank())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
