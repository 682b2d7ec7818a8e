package dev.postern.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;

/**
 * Where statements go, one after the other and without waiting for each other. After any failure the next one begins on a new
 * connection, and so outside the transaction that there was.
 */
interface Statements {

    /** As a prepared statement. */
    Future<RowSet<Row>> execute(String sql, Tuple parameters);

    /** As text. */
    Future<RowSet<Row>> command(String sql);

    /** Gives the connection up; what is under way on it fails, an open transaction is rolled back. */
    void close();
}
