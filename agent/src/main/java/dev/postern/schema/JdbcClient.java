package dev.postern.schema;

import dev.postern.config.AgentConfig;
import java.sql.SQLException;
import org.mariadb.jdbc.MariaDbDataSource;

/** Logs an account in over JDBC. */
public final class JdbcClient {

    /** The driver's word for a server that wants to send a key. */
    private static final String NEEDS_KEY = "S1009";

    private JdbcClient() {}

    /**
     * Finds the way in: over a Unix socket a MySQL server that asks for the password itself gets it by TLS, since the
     * driver knows no other way.
     *
     * @param options more of the driver's, each behind an {@code &}
     * @param password never shows in any message
     */
    public static MariaDbDataSource source(AgentConfig.MysqlSection where, String user, String password, String options)
            throws SQLException {
        MariaDbDataSource plain = source(JdbcUrl.of(where) + options, user, password);
        if (where.socket() == null) {
            return plain;
        }
        try {
            plain.getConnection().close();
            return plain;
        } catch (SQLException e) {
            if (asksForPassword(e)) {
                return source(JdbcUrl.of(where).replace("sslMode=disable", "sslMode=trust") + options, user, password);
            }
            throw e;
        }
    }

    /** Whether the login failed because the server wants the password itself, for a key that it would send. */
    public static boolean asksForPassword(SQLException failure) {
        return NEEDS_KEY.equals(failure.getSQLState());
    }

    private static MariaDbDataSource source(String url, String user, String password) throws SQLException {
        MariaDbDataSource source = new MariaDbDataSource(url);
        source.setUser(user);
        source.setPassword(password);
        return source;
    }
}
