package dev.postern.store;

import dev.postern.core.Address;
import dev.postern.core.Batch;
import dev.postern.core.Mailbox;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.HashMap;
import java.util.Map;

/** Writes one batch in one transaction, and reads the rows back in it: which exist, and what they are now. */
final class BatchWriter {

    private final Link link;

    /**
     * A writer on a link of its own, which must not commit by itself.
     */
    BatchWriter(Link link) {
        this.link = link;
    }

    /** Whether the database is there, lets us in and has the schema we need. */
    Future<Void> check() {
        return link.command(Sql.probe())
                .compose(rows -> link.command(Sql.COMMIT))
                .mapEmpty();
    }

    /**
     * Writes a batch of at most {@value Sql#MAX_ROWS} rows. Update and read-back travel together; only when both have
     * succeeded is the commit sent.
     *
     * @return the rows there are, as they are after it, by the batch's address
     */
    Future<Map<Address, Mailbox>> write(Batch batch) {
        int size = Sql.sizeFor(batch.rows().size());
        var addresses = batch.rows().stream().map(Batch.Row::email).toList();
        Future<RowSet<Row>> written = link.execute(Sql.update(size), Sql.updateParameters(batch, size));
        Future<RowSet<Row>> readBack = link.execute(Sql.read(size), Sql.readParameters(addresses, size));
        return written.compose(none -> readBack)
                .compose(rows -> link.command(Sql.COMMIT).map(none -> byAddress(rows)));
    }

    void close() {
        link.close();
    }

    static Map<Address, Mailbox> byAddress(RowSet<Row> rows) {
        Map<Address, Mailbox> found = new HashMap<>(rows.size() * 2);
        for (Row row : rows) {
            Mailbox mailbox = Sql.mailbox(row);
            found.put(mailbox.email(), mailbox);
        }
        return found;
    }
}
