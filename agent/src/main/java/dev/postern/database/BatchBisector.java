package dev.postern.database;

import dev.postern.model.Batch;
import dev.postern.model.MailAddress;
import dev.postern.model.MailboxChange;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes a batch of which the database has refused some row, in the same transaction: in parts, and in parts of those
 * that are refused again, until each row that is refused stands alone. A refused statement has had no effect, and what
 * was written before it stays.
 *
 * <p>Nothing is given up unless the table takes writes at all: some row has to be written, if not of this batch then of
 * another mailbox, which is not changed by it; and the row has to be refused again after that, or else the end of what
 * kept every row out would cost those that were tried just before. Any failure that is not the rows' ends the attempt.
 */
final class BatchBisector {

    /**
     * A row that cannot be written.
     *
     * @param reason the database's message
     */
    record RejectedRow(Batch.RowChange row, String reason) {}

    private static final MailboxChange NONE = new MailboxChange(null, null, null, null);

    private final StatementExecutor connection;
    private final int max;
    private final List<RejectedRow> refused = new ArrayList<>();
    private boolean anyWritten;

    /**
     * For one batch, on the connection whose transaction it is written in.
     *
     * @param max rows of a statement
     */
    BatchBisector(StatementExecutor connection, int max) {
        this.connection = connection;
        this.max = max;
    }

    /**
     * Writes what can be written of rows that have been refused together.
     *
     * @return what cannot; fails when that may be something else than the rows' fault
     */
    Future<List<RejectedRow>> write(List<Batch.RowChange> rows, String reason) {
        return divide(rows, reason)
                .compose(done -> anyWritten || refused.isEmpty() ? Future.succeededFuture() : proveWithOthers())
                .compose(done -> tryAgain())
                .map(done -> refused);
    }

    private Future<Void> tryAgain() {
        List<Batch.RowChange> suspects = refused.stream().map(RejectedRow::row).toList();
        refused.clear();
        Future<Void> all = Future.succeededFuture();
        for (Batch.RowChange suspect : suspects) {
            List<Batch.RowChange> alone = List.of(suspect);
            all = all.compose(done -> settle(alone, update(alone)));
        }
        return all;
    }

    private Future<Void> divide(List<Batch.RowChange> rows, String reason) {
        if (rows.size() == 1) {
            refused.add(new RejectedRow(rows.get(0), reason));
            return Future.succeededFuture();
        }
        Future<Void> all = Future.succeededFuture();
        for (List<Batch.RowChange> part : Sql.parts(rows, max)) {
            // One after the other: a deadlock ends the transaction, and what is sent behind it would be committed
            // alone.
            all = all.compose(done -> settle(part, update(part)));
        }
        return all;
    }

    private Future<Void> settle(List<Batch.RowChange> part, Future<RowSet<Row>> answer) {
        return answer.compose(this::written, failure -> {
            DatabaseError error = DatabaseError.of(failure);
            return error.isOfRows() ? divide(part, error.text()) : Future.failedFuture(failure);
        });
    }

    private Future<Void> written(RowSet<Row> answer) {
        anyWritten |= answer.rowCount() > 0;
        return Future.succeededFuture();
    }

    private Future<Void> proveWithOthers() {
        Set<MailAddress> ours = refused.stream()
                .map(RejectedRow::row)
                .map(Batch.RowChange::email)
                .collect(Collectors.toSet());
        return connection.command(Sql.LATEST_LOGINS).compose(rows -> {
            List<MailAddress> others = new ArrayList<>();
            rows.forEach(row -> others.add(new MailAddress(row.getString(0))));
            others.removeAll(ours);
            return prove(others.iterator());
        });
    }

    /** One after the other, until one is written. */
    private Future<Void> prove(Iterator<MailAddress> others) {
        if (anyWritten) {
            return Future.succeededFuture();
        }
        if (!others.hasNext()) {
            return Future.failedFuture(
                    new EveryRowRefusedException(refused.get(0).reason()));
        }
        List<Batch.RowChange> unchanged = List.of(new Batch.RowChange(others.next(), NONE));
        return update(unchanged)
                .compose(
                        this::written,
                        failure -> DatabaseError.of(failure).isOfRows()
                                ? Future.succeededFuture()
                                : Future.failedFuture(failure))
                .compose(done -> prove(others));
    }

    private Future<RowSet<Row>> update(List<Batch.RowChange> rows) {
        return connection.execute(WriteSql.update(rows));
    }
}
