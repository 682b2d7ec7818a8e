package dev.postern.store;

import dev.postern.core.Address;
import dev.postern.core.Batch;
import dev.postern.core.Change;
import dev.postern.core.Ip;
import dev.postern.core.Mailbox;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The statements. Sets of rows travel as {@code SELECT ? AS e … UNION ALL SELECT ? …}, joined to {@code user}: the fastest
 * shape that runs unchanged on MariaDB and MySQL, and it can never create a row. Texts exist in a few fixed sizes, so that
 * each is prepared once; a set is filled up with NULL addresses, which join nothing.
 */
final class Sql {

    /** How many rows a statement takes; the largest is the largest batch. */
    static final List<Integer> SIZES = List.of(1, 8, 64, 512);

    static final int MAX_ROWS = 512;

    static final String COMMIT = "COMMIT";

    /**
     * The first condition finds the row by its index, in whatever case it is written; the second one keeps apart what the
     * column's collation takes for the same, as letters with and without accents.
     */
    private static final String SAME_ADDRESS =
            "u.email = d.e AND CONVERT(LOWER(u.email) USING utf8mb4) COLLATE utf8mb4_bin = d.e";

    private static final DateTimeFormatter DATETIME = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.MICRO_OF_SECOND, 6, 6, true)
            .toFormatter();

    private Sql() {}

    static int sizeFor(int rows) {
        for (int size : SIZES) {
            if (rows <= size) {
                return size;
            }
        }
        throw new IllegalArgumentException(rows + " rows");
    }

    /**
     * Writes a batch. Both conditions on {@code lasttime} give the same result whichever assignment is made first (MySQL
     * promises no order): after {@code lasttime = d.t} the comparison still holds.
     */
    static String update(int size) {
        return "UPDATE (" + union("SELECT ? AS e, ? AS ip, ? AS t, ? AS b, ? AS m", "SELECT ?, ?, ?, ?, ?", size)
                + ") d STRAIGHT_JOIN user u ON " + SAME_ADDRESS + " SET"
                + " u.lastip = IF(d.t IS NOT NULL AND (u.lasttime IS NULL OR CAST(d.t AS DATETIME(6)) >= u.lasttime),"
                + " d.ip, u.lastip),"
                + " u.lasttime = IF(d.t IS NOT NULL AND (u.lasttime IS NULL OR CAST(d.t AS DATETIME(6)) >= u.lasttime),"
                + " CAST(d.t AS DATETIME(6)), u.lasttime),"
                + " u.bytes = COALESCE(CAST(d.b AS SIGNED), u.bytes),"
                + " u.messages = COALESCE(CAST(d.m AS SIGNED), u.messages)";
    }

    static Tuple updateParameters(Batch batch, int size) {
        Tuple tuple = Tuple.tuple(new ArrayList<>(size * 5));
        for (Batch.Row row : batch.rows()) {
            Change change = row.change();
            tuple.addValue(row.email().value())
                    .addValue(change.lastip() == null ? null : change.lastip().toString())
                    .addValue(datetime(change.lasttime()))
                    .addValue(change.bytes())
                    .addValue(change.messages());
        }
        return fillUp(tuple, size * 5);
    }

    /** Reads rows by address; the first column is the address as it was asked for. */
    static String read(int size) {
        return "SELECT d.e, u.active, u.lastip, u.lasttime, u.bytes, u.messages, u.max_bytes, u.max_messages FROM ("
                + union("SELECT ? AS e", "SELECT ?", size) + ") d STRAIGHT_JOIN user u ON " + SAME_ADDRESS;
    }

    static Tuple readParameters(Collection<Address> addresses, int size) {
        Tuple tuple = Tuple.tuple(new ArrayList<>(size));
        addresses.forEach(address -> tuple.addValue(address.value()));
        return fillUp(tuple, size);
    }

    static Mailbox mailbox(Row row) {
        String lastip = row.getString(2);
        return new Mailbox(
                new Address(row.getString(0)),
                "Y".equals(row.getString(1)),
                lastip == null ? null : Ip.parse(lastip),
                instant(row.getLocalDateTime(3)),
                row.getLong(4),
                row.getLong(5),
                unsigned(row.getLong(6)),
                unsigned(row.getLong(7)));
    }

    /** Logins of active mailboxes since a moment, the newest first: an index range over {@code lasttime}. */
    static String recentLogins() {
        return "SELECT email, lastip, lasttime FROM user WHERE lasttime > CAST(? AS DATETIME(6)) AND active = 'Y'"
                + " ORDER BY lasttime DESC LIMIT ?";
    }

    /** Fails with "no such table" unless the schema is there in the version that this agent needs. */
    static String probe() {
        return "SELECT c.batch, u.over_quota FROM postern_checkpoint c JOIN user u ON u.email = c.agent LIMIT 0";
    }

    static @Nullable String datetime(@Nullable Instant time) {
        return time == null ? null : DATETIME.format(LocalDateTime.ofInstant(time, ZoneOffset.UTC));
    }

    static @Nullable Instant instant(@Nullable LocalDateTime utc) {
        return utc == null ? null : utc.toInstant(ZoneOffset.UTC);
    }

    /** A limit beyond what fits is as good as none that can be reached. */
    private static long unsigned(long value) {
        return value < 0 ? Long.MAX_VALUE : value;
    }

    private static String union(String first, String further, int size) {
        return first + (" UNION ALL " + further).repeat(size - 1);
    }

    private static Tuple fillUp(Tuple tuple, int parameters) {
        while (tuple.size() < parameters) {
            tuple.addValue(null);
        }
        return tuple;
    }
}
