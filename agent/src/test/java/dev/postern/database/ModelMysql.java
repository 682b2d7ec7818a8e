package dev.postern.database;

import dev.postern.model.CounterChange;
import dev.postern.model.IpAddress;
import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.model.MailboxChange;
import dev.postern.model.MailboxRows;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * MySQL as one agent sees it: rows and a checkpoint, statements that commit by themselves, transactions that show when
 * they are committed, and the lock on the checkpoint that a writer holds until the end. What the statements of
 * {@link Sql} really do is the matter of {@link MailboxStoreIT}.
 */
final class ModelMysql {

    private static final int UPDATE_COLUMNS = 7;
    private static final int FIGURE_COLUMN = 3;

    /** Number, agent, number before. */
    private static final int NOTE_PARAMETERS = 3;

    private final Map<MailAddress, Mailbox> rows = new HashMap<>();
    private final Map<String, Long> checkpoints = new HashMap<>();
    private ModelSession locks;
    private ModelSession lingering;
    private final Deque<Runnable> late = new ArrayDeque<>();

    ModelMysql(Collection<MailAddress> mailboxes) {
        mailboxes.forEach(address -> rows.put(address, new Mailbox(address, true, null, null, 0L, null, 0, 0)));
    }

    ModelSession connect() {
        return new ModelSession();
    }

    /** Committed. */
    Mailbox row(MailAddress address) {
        return rows.get(address);
    }

    /** The batch that the committed rows include. */
    long checkpoint(String agent) {
        return checkpoints.getOrDefault(agent, Long.MIN_VALUE);
    }

    /** What a query of its own sees. */
    MailboxRows read(String agent, Collection<MailAddress> asked) {
        Map<MailAddress, Mailbox> found = new HashMap<>(rows);
        found.keySet().retainAll(asked);
        return new MailboxRows(found, found.isEmpty() ? 0 : checkpoints.getOrDefault(agent, 0L));
    }

    /** Whether a connection that the agent has given up has a transaction that will be committed all the same. */
    boolean commitLingers() {
        return lingering != null && lingering.commits;
    }

    /** The row as it is once nothing lingers any more. */
    Mailbox settledRow(MailAddress address) {
        return commitLingers() ? lingering.row(address) : row(address);
    }

    /** As {@link #checkpoint}, once nothing lingers any more. */
    long settledCheckpoint(String agent) {
        return commitLingers() && agent.equals(lingering.agent) ? lingering.noted : checkpoint(agent);
    }

    /** What lingers comes to its end, and what has not begun yet is done; whether there was anything. */
    boolean settle() {
        ModelSession last = lingering;
        lingering = null;
        if (last != null && last.commits) {
            last.commit();
        } else if (last != null) {
            last.rollBack();
        }
        boolean any = last != null;
        while (locks == null && !late.isEmpty()) {
            any = true;
            late.remove().run();
        }
        return any;
    }

    /** What has not begun will not be done any more. */
    void forgetLate() {
        late.clear();
    }

    /** A connection and its transaction. */
    final class ModelSession {

        private final Map<MailAddress, Mailbox> written = new HashMap<>();
        private String agent = "";
        private long noted;
        private boolean inTransaction;
        private boolean commits;

        /** Whether a statement would have to wait for another transaction to end. */
        boolean isBlocked(String sql) {
            return isLocking(sql) && locks != null && locks != this;
        }

        RowSet<Row> execute(String sql, Tuple parameters) {
            if (sql.equals(Sql.BEGIN)) {
                inTransaction = true;
            } else if (sql.equals(Sql.COMMIT)) {
                commit();
            } else if (sql.equals(Sql.ROLLBACK)) {
                rollBack();
            } else if (sql.equals(Sql.firstCheckpoint())) {
                checkpoints.putIfAbsent(parameters.getString(0), 0L);
            } else if (isWrite(sql)) {
                return new ModelRows(write(sql, parameters));
            } else if (sql.startsWith("UPDATE postern_checkpoint")) {
                return new ModelRows(note(parameters, 0) ? 1 : 0);
            } else if (sql.startsWith("UPDATE")) {
                return new ModelRows(update(parameters, parameters.size()));
            } else if (sql.equals(Sql.lastBatch())) {
                return new ModelRows(List.of(ModelRows.row(checkpoints.get(parameters.getString(0)))));
            } else {
                return read(parameters);
            }
            return new ModelRows(List.of());
        }

        /** The agent has gone in the middle of this statement, and the server has not noticed yet. */
        void linger(String sql, Tuple parameters) {
            boolean isCommit = sql.equals(Sql.COMMIT);
            if (isWrite(sql)) {
                prepare(sql, parameters);
            } else if (!isCommit) {
                execute(sql, parameters);
            }
            if (locks == this) {
                lingering = this;
                commits = isCommit || !inTransaction;
            }
        }

        /** The agent has gone, and the server will do this statement all the same, when it gets to it. */
        void beLate(String sql, Tuple parameters) {
            rollBack();
            if (isWrite(sql)) {
                late.add(() -> execute(sql, parameters));
            }
        }

        void rollBack() {
            written.clear();
            agent = "";
            inTransaction = false;
            locks = locks == this ? null : locks;
        }

        private void commit() {
            written.forEach((address, row) -> {
                if (isBackwards(rows.get(address).lasttime(), row.lasttime())) {
                    throw new AssertionError("lasttime of " + address + " goes back");
                }
                rows.put(address, row);
            });
            if (!agent.isEmpty()) {
                checkpoints.put(agent, noted);
            }
            rollBack();
        }

        private Mailbox row(MailAddress address) {
            return written.getOrDefault(address, rows.get(address));
        }

        private int write(String sql, Tuple parameters) {
            int found = prepare(sql, parameters);
            commit();
            return found;
        }

        /** Everything but the commit. */
        private int prepare(String sql, Tuple parameters) {
            int end = parameters.size() - NOTE_PARAMETERS;
            if (!note(parameters, end)) {
                return 0;
            }
            return 1 + (isOfOneRow(sql) ? update(fields(parameters), UPDATE_COLUMNS) : update(parameters, end));
        }

        /** Whether the number before was the one that is expected. */
        private boolean note(Tuple parameters, int at) {
            String who = parameters.getString(at + 1);
            if (!Objects.equals(checkpoints.get(who), parameters.getLong(at + 2))) {
                return false;
            }
            locks = this;
            agent = who;
            noted = parameters.getLong(at);
            return true;
        }

        private int update(Tuple parameters, int end) {
            int found = 0;
            for (int i = 0; i < end && parameters.getValue(i) != null; i += UPDATE_COLUMNS) {
                MailAddress address = new MailAddress(parameters.getString(i));
                if (rows.containsKey(address)) {
                    written.put(address, change(parameters, i).applyTo(row(address)));
                    found++;
                }
            }
            return found;
        }

        private RowSet<Row> read(Tuple parameters) {
            List<Row> found = new ArrayList<>();
            for (int i = 1; i < parameters.size() && parameters.getValue(i) != null; i++) {
                Mailbox row = row(new MailAddress(parameters.getString(i)));
                if (row != null) {
                    found.add(asRead(
                            row, agent.isEmpty() ? checkpoints.get(parameters.getString(0)) : Long.valueOf(noted)));
                }
            }
            return new ModelRows(found);
        }
    }

    static boolean isOfSeveralRows(String sql, Tuple parameters) {
        boolean isOfRows = sql.startsWith("UPDATE") && sql.contains(" user u ") && !isOfOneRow(sql);
        return isOfRows
                && parameters.size() > UPDATE_COLUMNS + NOTE_PARAMETERS
                && parameters.getValue(UPDATE_COLUMNS) != null;
    }

    /** Where each mention of a field is a parameter. */
    private static boolean isOfOneRow(String sql) {
        return isWrite(sql) && !sql.contains("SELECT");
    }

    private static Tuple fields(Tuple mentioned) {
        Tuple fields = Tuple.tuple();
        for (int field = 0; field < UPDATE_COLUMNS; field++) {
            fields.addValue(mentioned.getValue(WriteSql.MENTIONED.indexOf(field)));
        }
        return fields;
    }

    private static boolean isWrite(String sql) {
        return sql.startsWith("UPDATE postern_checkpoint c LEFT JOIN");
    }

    /** All writers first lock the row that serialises them. */
    private static boolean isLocking(String sql) {
        return sql.contains("postern_checkpoint") && (!sql.startsWith("SELECT") || sql.endsWith("FOR UPDATE"));
    }

    private static boolean isBackwards(Instant before, Instant after) {
        return before != null && (after == null || after.isBefore(before));
    }

    private static MailboxChange change(Tuple from, int at) {
        String ip = from.getString(at + 1);
        String time = from.getString(at + 2);
        return new MailboxChange(
                ip == null ? null : IpAddress.parse(ip),
                time == null
                        ? null
                        : LocalDateTime.parse(time.replace(' ', 'T')).toInstant(ZoneOffset.UTC),
                figure(from, at + FIGURE_COLUMN),
                figure(from, at + FIGURE_COLUMN + 2));
    }

    private static CounterChange figure(Tuple from, int at) {
        Integer kind = from.getInteger(at);
        if (kind == null) {
            return null;
        }
        return switch (kind) {
            case 1 -> CounterChange.set(from.getLong(at + 1));
            case 2 -> CounterChange.increment(from.getLong(at + 1));
            default -> CounterChange.unset();
        };
    }

    private static Row asRead(Mailbox row, Long batch) {
        return ModelRows.row(
                row.email().value(),
                row.active() ? 1 : 0,
                row.lastip() == null ? null : row.lastip().toString(),
                row.lasttime() == null ? null : LocalDateTime.ofInstant(row.lasttime(), ZoneOffset.UTC),
                row.bytes(),
                row.messages(),
                row.maxBytes(),
                row.maxMessages(),
                batch);
    }
}
