package dev.postern.store;

import dev.postern.core.Address;
import dev.postern.core.Batch;
import dev.postern.core.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/**
 * Writes one batch in one transaction, and reads the rows back in it: which exist, and what they are now.
 *
 * <p>The batch's number is written in the same transaction. After a failure the fate of a batch may be unknown; before it
 * is written again, that number tells whether it was committed after all. So an increment counts once.
 *
 * <p>A row that the database refuses is left out, see {@link Salvage}. After any other failure nothing of the transaction
 * stays.
 */
final class BatchWriter implements Writing {

    private static final long NONE = Long.MIN_VALUE;

    private final Statements link;
    private final String agent;
    private final long restoredBatch;
    private final Refusals refusals;
    private long inDoubt = NONE;

    /**
     * A writer on a link of its own, which must not commit by itself.
     *
     * @param agent by which the database knows our batches
     * @param restoredBatch up to this number they are of an earlier life, which may have written them
     * @param refusals told of rows that are left out
     */
    BatchWriter(Statements link, String agent, long restoredBatch, Refusals refusals) {
        this.link = link;
        this.agent = agent;
        this.restoredBatch = restoredBatch;
        this.refusals = refusals;
    }

    @Override
    public Future<Void> check() {
        return ended(link.command(Sql.probe()).compose(rows -> link.command(Sql.COMMIT)))
                .mapEmpty();
    }

    /** Of at most {@value Sql#MAX_ROWS} rows. */
    @Override
    public Future<Rows> write(Batch batch) {
        boolean doubtful = inDoubt == batch.number() || batch.number() <= restoredBatch;
        Future<Boolean> known = doubtful ? isWritten(batch) : Future.succeededFuture(false);
        inDoubt = batch.number();
        return ended(known.compose(written -> written ? read(batch) : update(batch))
                        // Before the COMMIT: what fails after it would be written twice.
                        .map(Sql::rows)
                        .compose(rows -> link.command(Sql.COMMIT).map(rows)))
                .onSuccess(rows -> inDoubt = NONE);
    }

    void close() {
        link.close();
    }

    /** A transaction that has failed leaves nothing, not even what was sent behind the statement that failed. */
    private <T> Future<T> ended(Future<T> transaction) {
        return transaction.recover(failure -> link.rollBack().transform(done -> Future.failedFuture(failure)));
    }

    private Future<Boolean> isWritten(Batch batch) {
        return link.execute(Sql.lastBatch(), Tuple.of(agent)).map(rows -> includes(rows, batch.number()));
    }

    /** Of an earlier life's batches several may have been written, in the order of their numbers. */
    private boolean includes(RowSet<Row> rows, long number) {
        var row = rows.iterator();
        long last = row.hasNext() ? row.next().getLong(0) : NONE;
        return number <= restoredBatch ? last >= number : last == number;
    }

    /** The three travel together. The number goes first: who holds its row's lock is the one who writes. */
    private Future<RowSet<Row>> update(Batch batch) {
        int size = Sql.sizeFor(batch.rows().size());
        var noted = link.execute(Sql.checkpoint(), Tuple.of(agent, batch.number(), batch.number()));
        var written = link.execute(Sql.update(size), Sql.updateParameters(batch.rows(), size));
        var readBack = read(batch);
        return noted.compose(ok -> written.compose(done -> readBack, failure -> salvaged(batch, failure, readBack)));
    }

    /**
     * What can be written of it.
     *
     * @param after what was sent behind the statement that failed: a deadlock in it would have taken the number away again
     */
    private Future<RowSet<Row>> salvaged(Batch batch, Throwable failure, Future<RowSet<Row>> after) {
        Trouble trouble = Trouble.of(failure);
        return trouble.isOfRows()
                ? after.compose(stands -> new Salvage(link).write(batch.rows(), trouble.text()))
                        .onSuccess(refused -> refusals.tell(batch.number(), refused))
                        .compose(refused -> read(batch))
                : Future.failedFuture(failure);
    }

    private Future<RowSet<Row>> read(Batch batch) {
        int size = Sql.sizeFor(batch.rows().size());
        List<Address> addresses = batch.rows().stream().map(Batch.Row::email).toList();
        return link.execute(Sql.read(size), Sql.readParameters(agent, addresses, size));
    }
}
