package dev.postern.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.mysqlclient.MySQLConnection;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the database: opened when it is needed, given up after any failure or when an answer takes longer
 * than the deadline, opened anew at the next use. Statements are sent without waiting for the answers of those before.
 *
 * <p>Why not the client's pool: a pooled connection that hangs cannot be taken out of it, and a statement beyond its
 * deadline must not hold up those after it.
 */
final class Link implements Statements {

    private final Vertx vertx;
    private final MySQLConnectOptions options;
    private final String setUp;
    private final long deadlineMillis;
    private final Map<String, Future<PreparedStatement>> statements = new HashMap<>();
    private @Nullable Future<SqlConnection> connection;

    /**
     * A link that is not open yet.
     *
     * @param setUp sent first on every new connection
     * @param deadline for connecting and for each statement
     */
    Link(Vertx vertx, MySQLConnectOptions options, String setUp, Duration deadline) {
        this.vertx = vertx;
        this.options = options;
        this.setUp = setUp;
        this.deadlineMillis = deadline.toMillis();
    }

    @Override
    public Future<RowSet<Row>> execute(String sql, Tuple parameters) {
        Future<SqlConnection> current = open();
        return guarded(
                current,
                prepared(current, sql).compose(statement -> statement.query().execute(parameters)));
    }

    @Override
    public Future<RowSet<Row>> command(String sql) {
        Future<SqlConnection> current = open();
        return guarded(current, current.compose(link -> link.query(sql).execute()));
    }

    @Override
    public void close() {
        Future<SqlConnection> old = connection;
        connection = null;
        statements.clear();
        if (old != null) {
            old.onSuccess(SqlConnection::close);
        }
    }

    private Future<SqlConnection> open() {
        if (connection == null) {
            Future<SqlConnection> opening = MySQLConnection.connect(vertx, options)
                    .compose(link -> link.query(setUp).execute().map((SqlConnection) link));
            connection = opening;
            opening.onSuccess(link -> link.closeHandler(gone -> forget(opening)));
        }
        return connection;
    }

    private Future<PreparedStatement> prepared(Future<SqlConnection> current, String sql) {
        return statements.computeIfAbsent(sql, text -> current.compose(link -> link.prepare(text)));
    }

    private <T> Future<T> guarded(Future<SqlConnection> current, Future<T> answer) {
        return answer.timeout(deadlineMillis, TimeUnit.MILLISECONDS).onFailure(failure -> giveUp(current));
    }

    private void giveUp(Future<SqlConnection> failed) {
        if (connection == failed) {
            close();
        }
    }

    private void forget(Future<SqlConnection> gone) {
        if (connection == gone) {
            connection = null;
            statements.clear();
        }
    }
}
