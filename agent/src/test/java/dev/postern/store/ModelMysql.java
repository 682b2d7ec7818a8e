package dev.postern.store;

import dev.postern.core.Address;
import dev.postern.core.Change;
import dev.postern.core.Figure;
import dev.postern.core.Ip;
import dev.postern.core.Mailbox;
import dev.postern.core.Rows;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * MySQL as far as one agent can tell: rows and a checkpoint, transactions that show when they are committed, and the lock on
 * the checkpoint that one holds until it ends. What the statements of {@link Sql} really do is the matter of {@link StoreIT}.
 */
final class ModelMysql {

    private static final int UPDATE_COLUMNS = 7;
    private static final int FIGURE_COLUMN = 3;

    private final Map<Address, Mailbox> rows = new HashMap<>();
    private final Map<String, Long> checkpoints = new HashMap<>();
    private Session locks;
    private Session lingering;

    ModelMysql(Collection<Address> mailboxes) {
        mailboxes.forEach(user -> rows.put(user, new Mailbox(user, true, null, null, 0L, null, 0, 0)));
    }

    Session connect() {
        return new Session();
    }

    /** Committed. */
    Mailbox row(Address user) {
        return rows.get(user);
    }

    /** The batch that the committed rows include. */
    long checkpoint(String agent) {
        return checkpoints.getOrDefault(agent, Long.MIN_VALUE);
    }

    /** What a query of its own sees. */
    Rows read(String agent, Collection<Address> asked) {
        Map<Address, Mailbox> found = new HashMap<>(rows);
        found.keySet().retainAll(asked);
        return new Rows(found, found.isEmpty() ? 0 : checkpoints.getOrDefault(agent, 0L));
    }

    /** Whether a connection that the agent has given up has a transaction that will be committed all the same. */
    boolean commitLingers() {
        return lingering != null && lingering.commits;
    }

    /** The row as it is once nothing lingers any more. */
    Mailbox settledRow(Address user) {
        return commitLingers() ? lingering.row(user) : row(user);
    }

    /** As {@link #checkpoint}, once nothing lingers any more. */
    long settledCheckpoint(String agent) {
        return commitLingers() && agent.equals(lingering.agent) ? lingering.noted : checkpoint(agent);
    }

    /** What lingers comes to its end; whether anything did. */
    boolean settle() {
        Session last = lingering;
        lingering = null;
        if (last != null && last.commits) {
            last.commit();
        } else if (last != null) {
            last.rollBack();
        }
        return last != null;
    }

    /** A connection and its transaction. */
    final class Session {

        private final Map<Address, Mailbox> written = new HashMap<>();
        private String agent = "";
        private long noted;
        private boolean commits;

        /** Whether a statement would have to wait for another transaction to end. */
        boolean isBlocked(String sql) {
            return isLocking(sql) && locks != null && locks != this;
        }

        RowSet<Row> execute(String sql, Tuple parameters) {
            if (isLocking(sql)) {
                locks = this;
            }
            if (sql.equals(Sql.COMMIT)) {
                commit();
            } else if (sql.equals(Sql.ROLLBACK)) {
                rollBack();
            } else if (sql.startsWith("INSERT")) {
                agent = parameters.getString(0);
                noted = parameters.getLong(1);
            } else if (sql.startsWith("UPDATE")) {
                return new ModelRows(update(parameters));
            } else if (sql.equals(Sql.lastBatch())) {
                Long batch = checkpoints.get(parameters.getString(0));
                return new ModelRows(batch == null ? List.of() : List.of(ModelRows.row(batch)));
            } else {
                return read(parameters);
            }
            return new ModelRows(List.of());
        }

        /** The agent has gone, and the server has not noticed yet. */
        void linger(boolean withCommit) {
            if (locks == this) {
                lingering = this;
                commits = withCommit;
            }
        }

        void rollBack() {
            written.clear();
            agent = "";
            locks = locks == this ? null : locks;
        }

        private void commit() {
            written.forEach((user, row) -> {
                if (isBackwards(rows.get(user).lasttime(), row.lasttime())) {
                    throw new AssertionError("lasttime of " + user + " goes back");
                }
                rows.put(user, row);
            });
            if (!agent.isEmpty()) {
                checkpoints.put(agent, noted);
            }
            rollBack();
        }

        private Mailbox row(Address user) {
            return written.getOrDefault(user, rows.get(user));
        }

        private int update(Tuple parameters) {
            int found = 0;
            for (int i = 0; i < parameters.size() && parameters.getValue(i) != null; i += UPDATE_COLUMNS) {
                Address user = new Address(parameters.getString(i));
                if (rows.containsKey(user)) {
                    written.put(user, change(parameters, i).applyTo(row(user)));
                    found++;
                }
            }
            return found;
        }

        private RowSet<Row> read(Tuple parameters) {
            List<Row> found = new ArrayList<>();
            for (int i = 1; i < parameters.size() && parameters.getValue(i) != null; i++) {
                Mailbox row = row(new Address(parameters.getString(i)));
                if (row != null) {
                    found.add(asRead(
                            row, agent.isEmpty() ? checkpoints.get(parameters.getString(0)) : Long.valueOf(noted)));
                }
            }
            return new ModelRows(found);
        }
    }

    static boolean isOfSeveralRows(String sql, Tuple parameters) {
        return sql.startsWith("UPDATE")
                && parameters.size() > UPDATE_COLUMNS
                && parameters.getValue(UPDATE_COLUMNS) != null;
    }

    /** All that write lock first what says who writes. */
    private static boolean isLocking(String sql) {
        return sql.startsWith("INSERT") || sql.endsWith("FOR UPDATE");
    }

    private static boolean isBackwards(Instant before, Instant after) {
        return before != null && (after == null || after.isBefore(before));
    }

    private static Change change(Tuple from, int at) {
        String ip = from.getString(at + 1);
        String time = from.getString(at + 2);
        return new Change(
                ip == null ? null : Ip.parse(ip),
                time == null
                        ? null
                        : LocalDateTime.parse(time.replace(' ', 'T')).toInstant(ZoneOffset.UTC),
                figure(from, at + FIGURE_COLUMN),
                figure(from, at + FIGURE_COLUMN + 2));
    }

    private static Figure figure(Tuple from, int at) {
        Integer kind = from.getInteger(at);
        if (kind == null) {
            return null;
        }
        return switch (kind) {
            case 1 -> Figure.set(from.getLong(at + 1));
            case 2 -> Figure.increment(from.getLong(at + 1));
            default -> Figure.unset();
        };
    }

    private static Row asRead(Mailbox row, Long batch) {
        return ModelRows.row(
                row.email().value(),
                row.active() ? "Y" : "N",
                row.lastip() == null ? null : row.lastip().toString(),
                row.lasttime() == null ? null : LocalDateTime.ofInstant(row.lasttime(), ZoneOffset.UTC),
                row.bytes(),
                row.messages(),
                row.maxBytes(),
                row.maxMessages(),
                batch);
    }
}
