package dev.postern.database;

import dev.postern.model.Batch;
import dev.postern.model.MailboxRows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Writes one batch in one statement, which commits by itself, and reads the rows back behind it: which exist, and what
 * they are now.
 *
 * <p>The statement writes the batch's number too, over the number that this agent wrote before, or else does nothing.
 * So an increment counts once, whatever becomes of a connection: after a failure the fate of a batch may be unknown,
 * and what stands there then shows whether it was written after all; and if the server gets to a statement only after
 * we have given it up, either it or the next one comes to nothing.
 *
 * <p>A row that the database refuses is left out, see {@link BatchBisector}. After any other failure nothing of the
 * batch stays.
 */
final class BatchWriter implements BatchSink {

    private static final long UNKNOWN = Long.MIN_VALUE;

    private final StatementExecutor connection;
    private final RowReader reader;
    private final String agent;
    private final long restoredBatch;
    private final RejectedRowLog refusals;
    private long noted = UNKNOWN;

    /**
     * A writer on a link of its own.
     *
     * @param agent by which the database knows our batches
     * @param restoredBatch batches up to this number are from a previous run, which may have written them
     * @param refusals receives the rows that are left out
     */
    BatchWriter(StatementExecutor connection, String agent, long restoredBatch, RejectedRowLog refusals) {
        this.connection = connection;
        this.reader = new RowReader(connection, agent);
        this.agent = agent;
        this.restoredBatch = restoredBatch;
        this.refusals = refusals;
    }

    @Override
    public Future<Void> check() {
        return connection
                .command(Sql.UNFIT_COLLATIONS)
                .compose(BatchWriter::refuse)
                .compose(none -> connection.command(Sql.probe()))
                .mapEmpty();
    }

    private static Future<Void> refuse(RowSet<Row> unfit) {
        for (Row column : unfit) {
            return Future.failedFuture(
                    new UnfitCollation(column.getString(0), column.getString(1), column.getString(2)));
        }
        return Future.succeededFuture();
    }

    /** Of at most {@value Sql#MAX_ROWS} rows. */
    @Override
    public Future<MailboxRows> write(Batch batch) {
        Future<?> known = noted == UNKNOWN ? lookUp() : Future.succeededFuture();
        return known.compose(there -> isWritten(batch) ? read(batch) : update(batch))
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

    /** Several batches of a previous run may have been written, in the order of their numbers. */
    private boolean isWritten(Batch batch) {
        return batch.number() <= restoredBatch ? noted >= batch.number() : noted == batch.number();
    }

    private Future<MailboxRows> update(Batch batch) {
        return connection
                .maxRows()
                .compose(max -> batch.rows().size() <= max ? updateAtOnce(batch) : updateInParts(batch, max));
    }

    /** The two travel together. */
    private Future<MailboxRows> updateAtOnce(Batch batch) {
        var written = connection.execute(WriteSql.write(batch, agent, noted));
        var readBack = read(batch);
        return written.compose(
                done -> isNoted(done, batch).compose(ok -> readBack), failure -> salvaged(batch, failure, readBack));
    }

    /** Writes what the server would not take in one packet. */
    private Future<MailboxRows> updateInParts(Batch batch, int max) {
        Future<Void> written = inTransaction(batch, () -> {
            Future<Void> all = Future.succeededFuture();
            for (List<Batch.RowChange> part : Sql.portions(batch.rows(), max)) {
                // One after the other: a deadlock ends the transaction, and what is sent behind it would be committed
                // alone.
                all = all.compose(done -> connection.execute(WriteSql.update(part)))
                        .mapEmpty();
            }
            return all;
        });
        return written.compose(
                done -> read(batch),
                failure -> salvaged(batch, failure, Future.succeededFuture(new MailboxRows(Map.of(), 0))));
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
    private Future<MailboxRows> salvaged(Batch batch, Throwable failure, Future<MailboxRows> after) {
        DatabaseError error = DatabaseError.of(failure);
        return error.isOfRows()
                ? after.compose(answered -> connection.maxRows())
                        .compose(max -> salvage(batch, error.text(), max))
                        .compose(done -> read(batch))
                : Future.failedFuture(failure);
    }

    private Future<Void> salvage(Batch batch, String reason, int max) {
        return inTransaction(
                batch,
                () -> new BatchBisector(connection, max)
                        .write(batch.rows(), reason)
                        .onSuccess(refused -> refusals.report(batch.number(), refused))
                        .mapEmpty());
    }

    /** Writes the number first: the session that holds its row's lock is the one that writes. */
    private Future<Void> inTransaction(Batch batch, Supplier<Future<Void>> rows) {
        return connection
                .command(Sql.BEGIN)
                .compose(begun -> connection.execute(WriteSql.note(batch, agent, noted)))
                .compose(update -> isNoted(update, batch))
                .compose(ok -> rows.get())
                .compose(written -> connection.command(Sql.COMMIT))
                // What is left open of it would be committed with the next.
                .recover(failed -> connection.rollBack().transform(done -> Future.failedFuture(failed)))
                .mapEmpty();
    }

    private Future<MailboxRows> read(Batch batch) {
        return reader.read(batch.rows().stream().map(Batch.RowChange::email).toList());
    }
}
