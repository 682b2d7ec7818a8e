package dev.postern.database;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.mysqlclient.MySQLException;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** A link of which every statement waits until the test decides its fate. */
final class ModelConnection implements StatementExecutor {

    /** What becomes of a statement. */
    enum StatementFate {
        /** It is done and answered. */
        ANSWERED,
        /** The connection breaks before it. */
        LOST,
        /** It is done, but the connection breaks before the answer. */
        ANSWER_LOST,
        /** No answer in time. The server holds it, and what was before it, for as long as it likes. */
        UNANSWERED,
        /** No answer in time, and the server has not even begun: it does it at some time later. */
        LATE,
        /** It fails, and the transaction is rolled back; the connection and what was sent after it stay. */
        DEADLOCK,
        /** It fails for one of the rows that are to be updated, without effect, as long as there are several. */
        REFUSED
    }

    private record PendingStatement(String sql, Tuple parameters, Promise<RowSet<Row>> answer) {}

    private final ModelMysql mysql;
    private final int maxRows;
    private final Deque<PendingStatement> waiting = new ArrayDeque<>();
    private ModelMysql.ModelSession session;
    private boolean open;

    ModelConnection(ModelMysql mysql, int maxRows) {
        this.mysql = mysql;
        this.maxRows = maxRows;
        this.session = mysql.connect();
    }

    @Override
    public Future<RowSet<Row>> execute(String sql, Tuple parameters) {
        open = true;
        PendingStatement asked = new PendingStatement(sql, parameters, Promise.promise());
        waiting.add(asked);
        return asked.answer().future();
    }

    @Override
    public Future<Integer> maxRows() {
        return Future.succeededFuture(maxRows);
    }

    @Override
    public Future<RowSet<Row>> command(String sql) {
        return execute(sql, Tuple.tuple());
    }

    @Override
    public Future<Void> rollBack() {
        return open ? command(Sql.ROLLBACK).mapEmpty() : Future.succeededFuture();
    }

    @Override
    public void close() {
        open = false;
        session.rollBack();
        giveUp(ClosedConnectionException.INSTANCE);
    }

    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** Whether the next statement has to wait until another transaction has ended. */
    boolean isBlocked() {
        return isWaiting() && session.isBlocked(waiting.element().sql());
    }

    /** The next statement, for a trace. */
    String next() {
        String sql = waiting.element().sql();
        return sql.substring(0, Math.min(12, sql.length()));
    }

    /** Decides what becomes of the next statement; one that has to wait fails for that. */
    void decide(StatementFate fate) {
        PendingStatement next = waiting.remove();
        if (fate != StatementFate.LOST && session.isBlocked(next.sql())) {
            fail(next, new MySQLException("Lock wait timeout exceeded", 1205, "HY000"));
            return;
        }
        switch (fate) {
            case ANSWERED -> next.answer().complete(session.execute(next.sql(), next.parameters()));
            case LOST -> fail(next, ClosedConnectionException.INSTANCE);
            case ANSWER_LOST -> {
                session.execute(next.sql(), next.parameters());
                fail(next, ClosedConnectionException.INSTANCE);
            }
            case UNANSWERED -> {
                linger(next);
                fail(next, new TimeoutException());
            }
            case LATE -> {
                session.beLate(next.sql(), next.parameters());
                session = mysql.connect();
                fail(next, new TimeoutException());
            }
            case DEADLOCK -> {
                session.rollBack();
                next.answer().fail(new MySQLException("Deadlock found", 1213, "40001"));
            }
            case REFUSED -> {
                if (ModelMysql.isOfSeveralRows(next.sql(), next.parameters())) {
                    next.answer().fail(new MySQLException("one of them", 1644, "45000"));
                } else {
                    next.answer().complete(session.execute(next.sql(), next.parameters()));
                }
            }
        }
    }

    /** The agent is gone; whatever it has sent may still be done. */
    void crash(StatementFate last) {
        if (isWaiting() && last == StatementFate.UNANSWERED && !isBlocked()) {
            linger(waiting.element());
        } else if (isWaiting() && last == StatementFate.ANSWERED && !isBlocked()) {
            session.execute(waiting.element().sql(), waiting.element().parameters());
            session.rollBack();
        } else {
            session.rollBack();
        }
        waiting.clear();
    }

    private void linger(PendingStatement last) {
        session.linger(last.sql(), last.parameters());
        session = mysql.connect();
    }

    private void fail(PendingStatement failed, Throwable why) {
        open = false;
        session.rollBack();
        session = mysql.connect();
        failed.answer().fail(why);
        giveUp(why);
    }

    /** What was sent after it comes to nothing; what is sent from now on goes over a new connection. */
    private void giveUp(Throwable why) {
        List<PendingStatement> lost = List.copyOf(waiting);
        waiting.clear();
        lost.forEach(asked -> asked.answer().fail(why));
    }
}
