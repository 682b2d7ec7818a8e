package dev.postern.database;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;

/**
 * Where statements go, one after the other and without waiting for each other. After most failures the next one begins
 * on a new connection, and so outside the transaction that there was; after some it does not ({@link
 * DatabaseError#leavesTheConnection}), and {@link #rollBack} is to end it.
 */
interface StatementExecutor {

    /** As a prepared statement. */
    Future<RowSet<Row>> execute(String sql, Tuple parameters);

    /** The same. */
    default Future<RowSet<Row>> execute(WriteSql.BoundStatement statement) {
        return execute(statement.sql(), statement.parameters());
    }

    /** How many rows, one of {@link Sql#SIZES}, a statement may have so that the server takes it. */
    Future<Integer> maxRows();

    /** As text, which must not ask for rows whose first column is NULL: see {@link PacketInspector}. */
    Future<RowSet<Row>> command(String sql);

    /** Ends the transaction that may be open. Without a connection the server does that by itself. */
    Future<Void> rollBack();

    /** Gives the connection up; what is under way on it fails, an open transaction is rolled back. */
    void close();
}
