package dev.postern.database;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the database: opened when it is needed, and opened anew at the next use after it has been given up.
 * Statements are sent without waiting for the answers of those before.
 *
 * <p>It is given up when an answer takes longer than the deadline and after every failure except those that mean
 * nothing against it: rows that are refused, and deadlocks.
 *
 * <p>Why not the client's pool: a pooled connection that hangs cannot be taken out of it, and a statement beyond its
 * deadline must not hold up those after it.
 */
final class ReconnectingConnection implements StatementExecutor {

    private final Vertx vertx;
    private final Supplier<Future<MySQLConnectOptions>> access;
    private final ServerTrust trust;
    private final SessionSettings settings;
    private final long deadlineMillis;
    private @Nullable PreparedConnection connection;

    /**
     * A link that is not open yet.
     *
     * @param access asked for each new connection
     * @param deadline for connecting and for each statement
     */
    ReconnectingConnection(
            Vertx vertx, Supplier<Future<MySQLConnectOptions>> access, ServerTrust trust, Duration deadline) {
        this.vertx = vertx;
        this.access = access;
        this.trust = trust;
        this.settings = new SessionSettings(deadline);
        this.deadlineMillis = deadline.toMillis();
    }

    @Override
    public Future<RowSet<Row>> execute(String sql, Tuple parameters) {
        PreparedConnection current = open();
        return guarded(
                current,
                current.prepared(sql).compose(statement -> statement.query().execute(parameters)));
    }

    @Override
    public Future<Integer> maxRows() {
        PreparedConnection current = open();
        return guarded(
                current,
                current.opened().map(link -> Sql.maxRows(current.limits().maxAllowedPacket())));
    }

    @Override
    public Future<RowSet<Row>> command(String sql) {
        PreparedConnection current = open();
        return guarded(current, current.opened().compose(link -> link.query(sql).execute()));
    }

    @Override
    public Future<Void> rollBack() {
        return connection == null
                ? Future.succeededFuture()
                : command(Sql.ROLLBACK).mapEmpty();
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    private PreparedConnection open() {
        if (connection == null) {
            PreparedConnection opening = new PreparedConnection(vertx, access.get(), trust, settings, deadlineMillis);
            connection = opening;
            opening.opened().onSuccess(link -> link.closeHandler(gone -> giveUp(opening)));
        }
        return connection;
    }

    private <T> Future<T> guarded(PreparedConnection current, Future<T> answer) {
        return answer.recover(current::explained)
                .timeout(deadlineMillis, TimeUnit.MILLISECONDS)
                .onFailure(failure -> {
                    if (!DatabaseError.of(failure).leavesTheConnection()) {
                        giveUp(current);
                    }
                });
    }

    private void giveUp(PreparedConnection failed) {
        failed.cut();
        if (connection == failed) {
            connection = null;
        }
    }
}
