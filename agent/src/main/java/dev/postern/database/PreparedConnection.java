package dev.postern.database;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.mysqlclient.spi.MySQLDriver;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.spi.ConnectionFactory;
import java.util.HashMap;
import java.util.Map;

/** One connection, from its opening to its end, and the statements that are prepared on it. */
final class PreparedConnection {

    private final ConnectionFactory<MySQLConnectOptions> factory;
    private final Future<SqlConnection> opened;
    private final Map<String, Future<PreparedStatement>> statements = new HashMap<>();

    /**
     * Opens it.
     *
     * @param setUp sent first
     * @param deadlineMillis for being connected, without which the system would go on trying for minutes
     */
    PreparedConnection(Vertx vertx, Future<MySQLConnectOptions> options, String setUp, long deadlineMillis) {
        // A factory for each: to close it is the one way to get rid of a connection whose server does not answer.
        factory = MySQLDriver.INSTANCE.createConnectionFactory(
                vertx, new NetClientOptions().setConnectTimeout((int) deadlineMillis));
        opened = factory.connect(vertx.getOrCreateContext(), options)
                .recover(DatabaseError::whileConnecting)
                .compose(connection -> setUp(connection, setUp));
    }

    private static Future<SqlConnection> setUp(SqlConnection connection, String setUp) {
        // The statements under way fail as well, and that is where it is said.
        connection.exceptionHandler(failure -> {});
        return connection.query(setUp).execute().map(connection);
    }

    Future<SqlConnection> opened() {
        return opened;
    }

    Future<PreparedStatement> prepared(String sql) {
        return statements.computeIfAbsent(sql, text -> opened.compose(connection -> connection.prepare(text)));
    }

    /** Takes leave of the server. */
    void close() {
        opened.onSuccess(SqlConnection::close);
    }

    /** Ends it at once, whatever is under way: that fails, and the server rolls back. */
    void cut() {
        factory.close((done, failure) -> {});
    }
}
