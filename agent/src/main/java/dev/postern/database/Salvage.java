package dev.postern.database;

import dev.postern.model.Address;
import dev.postern.model.Batch;
import dev.postern.model.Change;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes a batch of which the database has refused some row, in the same transaction: in parts, and in parts of those that
 * are refused again, until each row that is refused stands alone. A refused statement has had no effect, and what was
 * written before it stays.
 *
 * <p>Nothing is given up unless the table takes writes at all: some row has to be written, if not of this batch then of
 * another mailbox, which is not changed by it; and the row has to be refused again after that, or else the end of what kept
 * every row out would cost those that were tried just before. Any failure that is not the rows' ends the attempt.
 */
final class Salvage {

    /**
     * A row that cannot be written.
     *
     * @param reason what the database says
     */
    record Refused(Batch.Row row, String reason) {}

    private static final Change NONE = new Change(null, null, null, null);

    private final Statements link;
    private final List<Refused> refused = new ArrayList<>();
    private boolean anyWritten;

    /** For one batch, on the connection whose transaction it is written in. */
    Salvage(Statements link) {
        this.link = link;
    }

    /**
     * Writes what can be written of rows that have been refused together.
     *
     * @return what cannot; fails when that may be something else than the rows' fault
     */
    Future<List<Refused>> write(List<Batch.Row> rows, String reason) {
        return divide(rows, reason)
                .compose(done -> anyWritten || refused.isEmpty() ? Future.succeededFuture() : proveWithOthers())
                .compose(done -> tryAgain())
                .map(done -> refused);
    }

    private Future<Void> tryAgain() {
        List<Batch.Row> suspects = refused.stream().map(Refused::row).toList();
        refused.clear();
        Future<Void> all = Future.succeededFuture();
        for (Batch.Row suspect : suspects) {
            List<Batch.Row> alone = List.of(suspect);
            all = all.compose(done -> settle(alone, update(alone)));
        }
        return all;
    }

    private Future<Void> divide(List<Batch.Row> rows, String reason) {
        if (rows.size() == 1) {
            refused.add(new Refused(rows.get(0), reason));
            return Future.succeededFuture();
        }
        List<List<Batch.Row>> parts = Sql.parts(rows);
        // They travel together.
        List<Future<RowSet<Row>>> answers = parts.stream().map(this::update).toList();
        Future<Void> all = Future.succeededFuture();
        for (int i = 0; i < parts.size(); i++) {
            List<Batch.Row> part = parts.get(i);
            Future<RowSet<Row>> answer = answers.get(i);
            all = all.compose(done -> settle(part, answer));
        }
        return all;
    }

    private Future<Void> settle(List<Batch.Row> part, Future<RowSet<Row>> answer) {
        return answer.compose(this::written, failure -> {
            Trouble trouble = Trouble.of(failure);
            return trouble.isOfRows() ? divide(part, trouble.text()) : Future.failedFuture(failure);
        });
    }

    private Future<Void> written(RowSet<Row> answer) {
        anyWritten |= answer.rowCount() > 0;
        return Future.succeededFuture();
    }

    private Future<Void> proveWithOthers() {
        Set<Address> ours =
                refused.stream().map(Refused::row).map(Batch.Row::email).collect(Collectors.toSet());
        return link.command(Sql.LATEST_LOGINS).compose(rows -> {
            List<Address> others = new ArrayList<>();
            rows.forEach(row -> others.add(new Address(row.getString(0))));
            others.removeAll(ours);
            return prove(others.iterator());
        });
    }

    /** One after the other, until one is written. */
    private Future<Void> prove(Iterator<Address> others) {
        if (anyWritten) {
            return Future.succeededFuture();
        }
        if (!others.hasNext()) {
            return Future.failedFuture(new EveryRowRefused(refused.get(0).reason()));
        }
        List<Batch.Row> unchanged = List.of(new Batch.Row(others.next(), NONE));
        return update(unchanged)
                .compose(
                        this::written,
                        failure -> Trouble.of(failure).isOfRows()
                                ? Future.succeededFuture()
                                : Future.failedFuture(failure))
                .compose(done -> prove(others));
    }

    private Future<RowSet<Row>> update(List<Batch.Row> rows) {
        return link.execute(WriteSql.update(rows));
    }
}
