package dev.postern.database;

import dev.postern.model.Batch;
import dev.postern.model.MailAddress;
import dev.postern.model.MailboxRows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/**
 * Writes one batch in one statement, which commits by itself, and reads the rows back behind it: which exist, and what they are
 * now.
 *
 * <p>The statement writes the batch's number too, over the number that this agent wrote before, or else does nothing. So an
 * increment counts once, whatever becomes of a connection: after a failure the fate of a batch may be unknown, and what stands
 * there then tells whether it was written after all; and if the server gets to a statement only after we have given it up,
 * either it or the next one comes to nothing.
 *
 * <p>A row that the database refuses is left out, see {@link BatchBisector}. After any other failure nothing of the
 * batch stays.
 */
final class BatchWriter implements BatchSink {

    private static final long UNKNOWN = Long.MIN_VALUE;

    private final StatementExecutor connection;
    private final String agent;
    private final long restoredBatch;
    private final RejectedRowLog refusals;
    private long noted = UNKNOWN;

    /**
     * A writer on a link of its own.
     *
     * @param agent by which the database knows our batches
     * @param restoredBatch up to this number they are of an earlier life, which may have written them
     * @param refusals told of rows that are left out
     */
    BatchWriter(StatementExecutor connection, String agent, long restoredBatch, RejectedRowLog refusals) {
        this.connection = connection;
        this.agent = agent;
        this.restoredBatch = restoredBatch;
        this.refusals = refusals;
    }

    @Override
    public Future<Void> check() {
        return connection.command(Sql.probe()).mapEmpty();
    }

    /** Of at most {@value Sql#MAX_ROWS} rows. */
    @Override
    public Future<MailboxRows> write(Batch batch) {
        Future<?> known = noted == UNKNOWN ? lookUp() : Future.succeededFuture();
        return known.compose(there -> isWritten(batch) ? read(batch) : update(batch))
                .map(Sql::rows)
                .onFailure(failure -> noted = UNKNOWN);
    }

    void close() {
        connection.close();
    }

    private Future<Void> lookUp() {
        var first = connection.execute(Sql.firstCheckpoint(), Tuple.of(agent));
        var last = connection.execute(Sql.lastBatch(), Tuple.of(agent));
        return first.compose(there -> last)
                .onSuccess(rows -> noted = rows.iterator().next().getLong(0))
                .mapEmpty();
    }

    /** Of an earlier life's batches several may have been written, in the order of their numbers. */
    private boolean isWritten(Batch batch) {
        return batch.number() <= restoredBatch ? noted >= batch.number() : noted == batch.number();
    }

    /** The two travel together. */
    private Future<RowSet<Row>> update(Batch batch) {
        var written = connection.execute(WriteSql.write(batch, agent, noted));
        var readBack = read(batch);
        return written.compose(
                done -> isNoted(done, batch).compose(ok -> readBack), failure -> salvaged(batch, failure, readBack));
    }

    private Future<Void> isNoted(RowSet<Row> update, Batch batch) {
        if (update.rowCount() == 0) {
            return Future.failedFuture(new CheckpointMovedException());
        }
        noted = batch.number();
        return Future.succeededFuture();
    }

    /**
     * What can be written of it, in a transaction.
     *
     * @param after what was sent behind the statement that failed
     */
    private Future<RowSet<Row>> salvaged(Batch batch, Throwable failure, Future<RowSet<Row>> after) {
        DatabaseError error = DatabaseError.of(failure);
        return error.isOfRows()
                ? after.compose(answered -> salvage(batch, error.text())).compose(done -> read(batch))
                : Future.failedFuture(failure);
    }

    /** The number goes first: who holds its row's lock is the one who writes. */
    private Future<Void> salvage(Batch batch, String reason) {
        return connection
                .command(Sql.BEGIN)
                .compose(begun -> connection.execute(WriteSql.note(batch, agent, noted)))
                .compose(update -> isNoted(update, batch))
                .compose(ok -> new BatchBisector(connection).write(batch.rows(), reason))
                .onSuccess(refused -> refusals.report(batch.number(), refused))
                .compose(refused -> connection.command(Sql.COMMIT))
                // What is left open of it would be committed with the next.
                .recover(failed -> connection.rollBack().transform(done -> Future.failedFuture(failed)))
                .mapEmpty();
    }

    private Future<RowSet<Row>> read(Batch batch) {
        int size = Sql.sizeFor(batch.rows().size());
        List<MailAddress> addresses =
                batch.rows().stream().map(Batch.RowChange::email).toList();
        return connection.execute(Sql.read(size), Sql.readParameters(agent, addresses, size));
    }
}
