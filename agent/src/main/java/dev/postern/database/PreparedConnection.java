package dev.postern.database;

import dev.postern.net.InspectedClientSource;
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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One connection, from its opening to its end, and the statements that are prepared on it. */
final class PreparedConnection {

    private final ConnectionFactory<MySQLConnectOptions> factory;
    private final Future<SqlConnection> opened;
    private final Map<String, Future<PreparedStatement>> statements = new HashMap<>();
    private SessionSettings.PacketLimits limits = new SessionSettings.PacketLimits(Long.MAX_VALUE);
    private @Nullable MySQLConnectOptions login;
    private @Nullable UntrustedServerException refusal;

    /**
     * Opens it.
     *
     * @param settings applied first
     * @param deadlineMillis for being connected, without which the system would go on trying for minutes
     */
    PreparedConnection(
            Vertx vertx,
            Future<MySQLConnectOptions> options,
            ServerTrust trust,
            SessionSettings settings,
            long deadlineMillis) {
        Vertx guarded = new InspectedClientSource(
                vertx,
                channel -> trust.guard(
                        channel,
                        Objects.requireNonNull(login),
                        InspectedClientSource.LAST,
                        failure -> refusal = failure));
        // A factory for each: to close it is the one way to get rid of a connection whose server does not answer.
        factory = MySQLDriver.INSTANCE.createConnectionFactory(
                guarded, new NetClientOptions().setConnectTimeout((int) deadlineMillis));
        opened = factory.connect(vertx.getOrCreateContext(), options.onSuccess(known -> login = known))
                .recover(DatabaseError::whileConnecting)
                .compose(connection -> setUp(connection, settings))
                .recover(this::explained);
    }

    private Future<SqlConnection> setUp(SqlConnection connection, SessionSettings settings) {
        // The statements in flight fail as well and report it.
        connection.exceptionHandler(failure -> {});
        return settings.applyTo(connection).map(known -> {
            limits = known;
            return connection;
        });
    }

    /**
     * Replaces what the client library makes of a connection that was closed because its server is not to be trusted.
     */
    <T> Future<T> explained(Throwable failure) {
        return Future.failedFuture(refusal == null ? failure : refusal);
    }

    Future<SqlConnection> opened() {
        return opened;
    }

    /** What the server takes, once the connection is open. */
    SessionSettings.PacketLimits limits() {
        return limits;
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
