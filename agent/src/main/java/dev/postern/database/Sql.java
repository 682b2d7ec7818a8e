package dev.postern.database;

import dev.postern.model.Batch;
import dev.postern.model.IpAddress;
import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.model.MailboxRows;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The statements that read, and what all of them have in common; those that write are {@link WriteSql}'s. Sets of rows
 * travel as {@code SELECT ? AS e … UNION ALL SELECT ? …}, joined to {@code user}: the fastest shape that runs unchanged
 * on MariaDB and MySQL, and it can never create a row. Texts exist in a few fixed sizes, so that each is prepared once;
 * a set is filled up with NULL addresses, which join nothing.
 */
final class Sql {

    /** How many rows a statement takes; the largest is the largest batch. */
    static final List<Integer> SIZES = List.of(1, 2, 4, 8, 16, 32, 64, 128, 256, 512);

    static final int MAX_ROWS = 512;

    static final String BEGIN = "START TRANSACTION";
    static final String COMMIT = "COMMIT";
    static final String ROLLBACK = "ROLLBACK";

    /** Mailboxes whose rows have been written not long ago: an index range over {@code lasttime}. */
    static final String LATEST_LOGINS =
            "SELECT TRIM(TRAILING ' ' FROM LOWER(email)) FROM user ORDER BY lasttime DESC LIMIT 32";

    /**
     * The first condition finds the row by its index, in whatever case it is written; the second one keeps apart what
     * the column's collation takes for the same, as letters with and without accents.
     */
    static final String SAME_ADDRESS =
            "u.email = d.e AND CONVERT(LOWER(u.email) USING utf8mb4) COLLATE utf8mb4_bin = d.e";

    /**
     * The collation of addresses, in which parameters have to come: between two collations of columns the server does
     * not decide, and a set of rows is one.
     */
    static final String COLLATION =
            "COALESCE((SELECT collation_name FROM information_schema.columns WHERE table_schema ="
                    + " DATABASE() AND table_name = 'user' AND column_name = 'email' AND character_set_name ="
                    + " 'utf8mb4'),"
                    + " 'utf8mb4_general_ci')";

    /** Columns of addresses that cannot be compared with parameters; {@link UnfitCollation}. */
    static final String UNFIT_COLLATIONS =
            "SELECT table_name AS t, column_name AS c, COALESCE(collation_name, 'binary')"
                    + " AS collation FROM information_schema.columns WHERE table_schema = DATABASE() AND"
                    + " column_name = 'email'"
                    + " AND table_name IN ('user', 'subscription')"
                    + " AND COALESCE(collation_name, 'binary') <> @@session.collation_connection ORDER BY t DESC";

    /** A row's address; the columns' collation does not see blanks behind it. */
    static final String ADDRESS = "TRIM(TRAILING ' ' FROM LOWER(u.email))";

    /**
     * Behind the address; the last one is the batch of ours that the rows include. The database decides what is active,
     * as it does for Postfix and Dovecot. A date without a month or a day is none; the client would drop its row.
     */
    static final String COLUMNS = "u.active = 'Y', u.lastip,"
            + " IF(MONTH(u.lasttime) > 0 AND DAYOFMONTH(u.lasttime) > 0, u.lasttime, NULL), u.bytes,"
            + " u.messages, u.max_bytes,"
            + " u.max_messages, (SELECT c.batch FROM postern_checkpoint c WHERE c.agent = ?) FROM ";

    private static final Map<Integer, String> READS = texts(Sql::readText);

    private static final DateTimeFormatter DATETIME = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.MICRO_OF_SECOND, 6, 6, true)
            .toFormatter();

    private Sql() {}

    /** No row of a statement, its parameters and its part of the text, takes more bytes. */
    private static final int ROW_BYTES = 1024;

    /** The largest size of a statement that fits into a packet; the smallest, if none does for certain. */
    static int maxRows(long packetBytes) {
        return SIZES.stream()
                .filter(size -> size <= packetBytes / ROW_BYTES)
                .reduce((smaller, larger) -> larger)
                .orElse(1);
    }

    /** The parts of a list that are not longer than that. */
    static <T> List<List<T>> portions(List<T> rows, int max) {
        List<List<T>> parts = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += max) {
            parts.add(rows.subList(from, Math.min(rows.size(), from + max)));
        }
        return parts;
    }

    static int sizeFor(int rows) {
        for (int size : SIZES) {
            if (rows <= size) {
                return size;
            }
        }
        throw new IllegalArgumentException(rows + " rows");
    }

    /** At least two rows, in parts of the next smaller size, or of at most so many. */
    static List<List<Batch.RowChange>> parts(List<Batch.RowChange> rows, int max) {
        return portions(rows, Math.min(max, SIZES.get(SIZES.indexOf(sizeFor(rows.size())) - 1)));
    }

    /** Before the agent's first batch; later it does nothing. */
    static String firstCheckpoint() {
        return "INSERT IGNORE INTO postern_checkpoint (agent, batch, written) VALUES (?, 0, UTC_TIMESTAMP(6))";
    }

    /** The batch this agent wrote last. Waits until whatever of ours may still be under way there has ended. */
    static String lastBatch() {
        return "SELECT batch FROM postern_checkpoint WHERE agent = ? FOR UPDATE";
    }

    /**
     * Reads rows by address. The first column is the address as it was asked for, the last one the batch of ours that
     * the rows include.
     */
    static String read(int size) {
        return Objects.requireNonNull(READS.get(size));
    }

    private static String readText(int size) {
        return size == 1
                ? "SELECT " + ADDRESS + ", " + COLUMNS + "user u WHERE " + SAME_ADDRESS.replace("d.e", "?")
                : "SELECT d.e, " + COLUMNS + "(" + union("SELECT ? AS e", "SELECT ?", size)
                        + ") d STRAIGHT_JOIN user u ON " + SAME_ADDRESS;
    }

    static Tuple readParameters(String agent, Collection<MailAddress> addresses, int size) {
        if (size == 1) {
            String address = addresses.iterator().next().value();
            return Tuple.of(agent, address, address);
        }
        Tuple tuple = Tuple.tuple(new ArrayList<>(size + 1));
        tuple.addValue(agent);
        addresses.forEach(address -> tuple.addValue(address.value()));
        return fillUp(tuple, size + 1);
    }

    static MailboxRows rows(RowSet<Row> read) {
        Map<MailAddress, Mailbox> found = new HashMap<>(read.size() * 2);
        long batch = 0;
        for (Row row : read) {
            Mailbox mailbox = mailbox(row);
            found.put(mailbox.email(), mailbox);
            Long noted = row.getLong(8);
            batch = noted == null ? 0 : noted;
        }
        return new MailboxRows(found, batch);
    }

    private static Mailbox mailbox(Row row) {
        return mailbox(new MailAddress(row.getString(0)), row);
    }

    /** The columns from the second to the eighth, whatever the first has. */
    static Mailbox mailbox(MailAddress email, Row row) {
        String lastip = row.getString(2);
        return new Mailbox(
                email,
                Integer.valueOf(1).equals(row.getInteger(1)),
                lastip == null ? null : IpAddress.parse(lastip),
                instant(row.getLocalDateTime(3)),
                row.getLong(4),
                row.getLong(5),
                unsigned(row.getLong(6)),
                unsigned(row.getLong(7)));
    }

    /**
     * Reads the recipients of addresses, up to a maximum for each. Compared as {@code postfix/mysql/alias.cf} does, by
     * the column's collation: what Postfix follows is followed.
     */
    static String subscribers(int size) {
        return "SELECT e, recipient FROM (SELECT d.e, s.recipient, ROW_NUMBER() OVER (PARTITION BY d.e) AS n FROM ("
                + union("SELECT ? AS e", "SELECT ?", size)
                + ") d STRAIGHT_JOIN subscription s ON s.direction = 'I' AND s.email = d.e) found WHERE n <= ?";
    }

    static Tuple subscribersParameters(Collection<MailAddress> addresses, int size, int most) {
        Tuple tuple = Tuple.tuple(new ArrayList<>(size + 1));
        addresses.forEach(address -> tuple.addValue(address.value()));
        return fillUp(tuple, size).addValue(most);
    }

    /** Reads active mailboxes with a login since a moment, the newest first: an index range over {@code lasttime}. */
    static String recentlyLoggedIn() {
        return "SELECT " + ADDRESS + ", " + COLUMNS
                + "user u WHERE u.lasttime > CAST(? AS DATETIME(6)) AND u.active = 'Y'"
                + " ORDER BY u.lasttime DESC LIMIT ?";
    }

    /** Fails unless the schema and the grants are there in the version that this agent needs. */
    static String probe() {
        return "SELECT c.batch, c.agent, u.over_quota, u.email, s.direction, s.email, s.recipient"
                + " FROM postern_checkpoint c, user u, subscription s LIMIT 0";
    }

    static @Nullable String datetime(@Nullable Instant time) {
        return time == null ? null : DATETIME.format(LocalDateTime.ofInstant(time, ZoneOffset.UTC));
    }

    static @Nullable Instant instant(@Nullable LocalDateTime utc) {
        return utc == null ? null : utc.toInstant(ZoneOffset.UTC);
    }

    /** A limit beyond what fits is as good as none that can be reached; a table of one's own may have NULL for none. */
    private static long unsigned(@Nullable Long value) {
        return value == null ? 0 : value < 0 ? Long.MAX_VALUE : value;
    }

    /** Each size's, made once. */
    static Map<Integer, String> texts(IntFunction<String> text) {
        return SIZES.stream().collect(Collectors.toUnmodifiableMap(size -> size, text::apply));
    }

    static String union(String first, String further, int size) {
        return first + (" UNION ALL " + further).repeat(size - 1);
    }

    static Tuple fillUp(Tuple tuple, int parameters) {
        while (tuple.size() < parameters) {
            tuple.addValue(null);
        }
        return tuple;
    }
}
