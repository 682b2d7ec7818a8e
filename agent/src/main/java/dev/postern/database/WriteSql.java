package dev.postern.database;

import dev.postern.model.Batch;
import dev.postern.model.CounterChange;
import dev.postern.model.MailboxChange;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The statements that write rows and the number of their batch. */
final class WriteSql {

    /**
     * A statement with what goes into it.
     *
     * @param sql one of a few texts
     */
    record BoundStatement(String sql, Tuple parameters) {}

    /** A figure's kind as the statements know it. */
    private static final int SET = 1;

    private static final int INCREMENT = 2;
    private static final int UNSET = 3;

    /** What a row of the set is made of, in this order. */
    private static final List<String> FIELDS = List.of("e", "ip", "t", "bk", "b", "mk", "m");

    /**
     * The conditions on {@code lasttime} are {@link dev.postern.model.LastLoginRule#replaces}. They give the same
     * result whichever assignment is made first (MySQL promises no order): after {@code lasttime = d.t} the comparison
     * still holds. Without the CONVERT, MariaDB takes the IP and its column for an illegal mix of collations as soon as
     * the table has a trigger.
     */
    private static final String COLUMNS =
            "u.lastip = IF(d.t IS NOT NULL AND (u.lasttime IS NULL OR CAST(d.t AS DATETIME(6)) >= u.lasttime),"
                    + " CONVERT(d.ip USING ascii), u.lastip),"
                    + " u.lasttime = IF(d.t IS NOT NULL AND (u.lasttime IS NULL OR CAST(d.t AS DATETIME(6)) >="
                    + " u.lasttime),"
                    + " CAST(d.t AS DATETIME(6)), u.lasttime),"
                    + " u.bytes = " + figure("d.bk", "d.b", "u.bytes") + ","
                    + " u.messages = " + figure("d.mk", "d.m", "u.messages");

    private static final String NOTED = "c.batch = ?, c.written = UTC_TIMESTAMP(6)";

    private static final String NOTED_BEFORE = "c.agent = ? AND c.batch = ?";

    private static final Map<Integer, String> UPDATES =
            Sql.texts(size -> "UPDATE " + changes(size) + " SET " + COLUMNS);

    private static final Map<Integer, String> WRITES = Sql.texts(size -> "UPDATE postern_checkpoint c LEFT JOIN ("
            + changes(size) + ") ON TRUE SET " + COLUMNS + ", " + NOTED + " WHERE " + NOTED_BEFORE);

    /**
     * The same for one row, without the set: each mention of a field is a parameter, which spares the server a table.
     */
    private static final String TEMPLATE_OF_ONE = "UPDATE postern_checkpoint c LEFT JOIN user u ON " + Sql.SAME_ADDRESS
            + " SET " + COLUMNS + ", " + NOTED + " WHERE " + NOTED_BEFORE;

    private static final Pattern FIELD = Pattern.compile("\\bd\\.(\\w+)");

    /** The fields in the order in which {@link #TEMPLATE_OF_ONE} mentions them, by their place in {@link #FIELDS}. */
    static final List<Integer> MENTIONED = FIELD.matcher(TEMPLATE_OF_ONE)
            .results()
            .map(field -> FIELDS.indexOf(field.group(1)))
            .toList();

    private static final String WRITE_ONE = FIELD.matcher(TEMPLATE_OF_ONE).replaceAll("?");

    private WriteSql() {}

    /**
     * Writes a batch and its number: one statement, so either is there with the other or neither. It does nothing
     * unless the number before is still the one that was noted last; so it may be sent again, and an old one that a
     * server gets to late does no harm.
     */
    static BoundStatement write(Batch batch, String agent, long before) {
        List<Batch.RowChange> rows = batch.rows();
        BoundStatement filled =
                rows.size() == 1 ? new BoundStatement(WRITE_ONE, mentioned(rows.get(0))) : filled(WRITES, rows);
        filled.parameters().addLong(batch.number()).addString(agent).addLong(before);
        return filled;
    }

    /** Writes rows alone. */
    static BoundStatement update(List<Batch.RowChange> rows) {
        return filled(UPDATES, rows);
    }

    /** Notes a batch in the transaction that it is written in: the same condition as that of {@link #write}. */
    static BoundStatement note(Batch batch, String agent, long before) {
        return new BoundStatement(
                "UPDATE postern_checkpoint c SET " + NOTED + " WHERE " + NOTED_BEFORE,
                Tuple.of(batch.number(), agent, before));
    }

    private static BoundStatement filled(Map<Integer, String> texts, List<Batch.RowChange> rows) {
        int size = Sql.sizeFor(rows.size());
        Tuple tuple = Tuple.tuple(new ArrayList<>(size * FIELDS.size() + 3));
        for (Batch.RowChange row : rows) {
            fields(row).forEach(tuple::addValue);
        }
        return new BoundStatement(Objects.requireNonNull(texts.get(size)), Sql.fillUp(tuple, size * FIELDS.size()));
    }

    private static Tuple mentioned(Batch.RowChange row) {
        List<@Nullable Object> fields = fields(row);
        Tuple tuple = Tuple.tuple(new ArrayList<>(MENTIONED.size() + 3));
        MENTIONED.forEach(field -> tuple.addValue(fields.get(field)));
        return tuple;
    }

    private static List<@Nullable Object> fields(Batch.RowChange row) {
        MailboxChange change = row.change();
        List<@Nullable Object> fields = new ArrayList<>(FIELDS.size());
        fields.add(row.email().value());
        fields.add(change.lastip() == null ? null : change.lastip().toString());
        fields.add(Sql.datetime(change.lasttime()));
        fields.add(kind(change.bytes()));
        fields.add(value(change.bytes()));
        fields.add(kind(change.messages()));
        fields.add(value(change.messages()));
        return fields;
    }

    private static String changes(int size) {
        return "("
                + Sql.union(
                        "SELECT ? AS e, ? AS ip, ? AS t, ? AS bk, ? AS b, ? AS mk, ? AS m",
                        "SELECT ?, ?, ?, ?, ?, ?, ?",
                        size)
                + ") d STRAIGHT_JOIN user u ON " + Sql.SAME_ADDRESS;
    }

    /**
     * What becomes of a figure, as {@link CounterChange#applyTo} has it. A sum stops at the bounds of BIGINT: an error
     * would cost the whole batch.
     */
    private static String figure(String kind, String value, String column) {
        return "CASE " + kind
                + " WHEN " + SET + " THEN CAST(" + value + " AS SIGNED)"
                + " WHEN " + INCREMENT + " THEN LEAST(GREATEST(CAST(" + column + " AS DECIMAL(20)) + CAST(" + value
                + " AS DECIMAL(20)), " + Long.MIN_VALUE + "), " + Long.MAX_VALUE + ")"
                + " WHEN " + UNSET + " THEN NULL ELSE " + column + " END";
    }

    private static @Nullable Integer kind(@Nullable CounterChange figure) {
        return figure == null
                ? null
                : switch (figure.kind()) {
                    case SET -> SET;
                    case INCREMENT -> INCREMENT;
                    case UNSET -> UNSET;
                };
    }

    private static @Nullable Long value(@Nullable CounterChange figure) {
        return figure == null ? null : figure.value();
    }
}
