package dev.postern.testing;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A running MariaDB or MySQL and an account on it with all rights. */
public interface DatabaseServer extends AutoCloseable {

    String host();

    int port();

    /** Null when there is none that can be reached from here. */
    Path socket();

    String user();

    /** The host part of accounts that connect from here. */
    default String clientHost() {
        return "localhost";
    }

    /** Whether the server is this run's own, so that its global settings may be changed. */
    default boolean isOurs() {
        return true;
    }

    String password();

    /** Ends the server, if it is this run's own. */
    @Override
    void close();

    default Connection connect() throws SQLException {
        String url = "jdbc:mariadb://" + host() + ":" + port() + "/?sslMode=disable";
        return DriverManager.getConnection(url, user(), password());
    }

    /** Whether it lets the administrator in. */
    default boolean answers() {
        try (Connection connection = connect()) {
            return connection.isValid(5);
        } catch (SQLException notYet) {
            return false;
        }
    }

    /**
     * Another server, reached at a port of this host that leads there.
     *
     * @param server stays the owner's to close
     */
    record At(DatabaseServer server, int port) implements DatabaseServer {

        @Override
        public String host() {
            return "127.0.0.1";
        }

        @Override
        public Path socket() {
            return null;
        }

        @Override
        public String user() {
            return server.user();
        }

        @Override
        public String clientHost() {
            return server.clientHost();
        }

        @Override
        public String password() {
            return server.password();
        }

        @Override
        public void close() {}
    }
}
