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
 */
final class BatchWriter implements Writing {

    private static final long NONE = Long.MIN_VALUE;

    private final Statements link;
    private final String agent;
    private final long restoredBatch;
    private long inDoubt = NONE;

    /**
     * A writer on a link of its own, which must not commit by itself.
     *
     * @param agent by which the database knows our batches
     * @param restoredBatch up to this number they are of an earlier life, which may have written them
     */
    BatchWriter(Statements link, String agent, long restoredBatch) {
        this.link = link;
        this.agent = agent;
        this.restoredBatch = restoredBatch;
    }

    /** Whether the database is there, lets us in and has the schema we need. */
    Future<Void> check() {
        return link.command(Sql.probe())
                .compose(rows -> link.command(Sql.COMMIT))
                .mapEmpty();
    }

    /** Of at most {@value Sql#MAX_ROWS} rows. */
    @Override
    public Future<Rows> write(Batch batch) {
        boolean doubtful = inDoubt == batch.number() || batch.number() <= restoredBatch;
        Future<Boolean> known = doubtful ? isWritten(batch) : Future.succeededFuture(false);
        inDoubt = batch.number();
        return known.compose(written -> written ? read(batch) : update(batch))
                .compose(rows -> link.command(Sql.COMMIT).map(rows))
                .onSuccess(rows -> inDoubt = NONE)
                .map(Sql::rows);
    }

    void close() {
        link.close();
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
        var written = link.execute(Sql.update(size), Sql.updateParameters(batch, size));
        var readBack = read(batch);
        return noted.compose(ok -> written).compose(ok -> readBack);
    }

    private Future<RowSet<Row>> read(Batch batch) {
        int size = Sql.sizeFor(batch.rows().size());
        List<Address> addresses = batch.rows().stream().map(Batch.Row::email).toList();
        return link.execute(Sql.read(size), Sql.readParameters(agent, addresses, size));
    }
}
