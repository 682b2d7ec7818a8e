package dev.postern.database;

import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.model.MailboxFilter;
import dev.postern.model.MailboxPage;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads the table page by page, each a range of the key that begins where the last one ended. No statement is long and
 * no transaction stays open, however many pages a client reads and however slowly.
 *
 * <p>{@code over_quota} has an index in the key's order. {@code lasttime} has one too; the server takes it when few
 * rows fit, and else walks the key. Parts of addresses, and domains, are looked for in the key's own entries.
 */
final class PageReader {

    private static final String COLUMNS = "SELECT " + Sql.ADDRESS + ", " + Sql.COLUMNS + "user u WHERE u.email > ?";

    /**
     * Compared by code points: most collations take {@code bücher} and {@code bucher} for the same, and a token for one
     * domain has to see nothing of the other, not as {@code next} either.
     */
    private static final String DOMAIN =
            "LOWER(CONVERT(SUBSTRING_INDEX(u.email, '@', -1) USING utf8mb4)) COLLATE utf8mb4_bin";

    /** How many domains a text has room for. */
    private static final List<Integer> SIZES = List.of(1, 8, 64, 512);

    /** A statement and what goes into it. */
    record PageQuery(String sql, Tuple parameters) {}

    private final ReconnectingConnection connection;
    private final String agent;

    PageReader(ReconnectingConnection connection, String agent) {
        this.connection = connection;
        this.agent = agent;
    }

    Future<MailboxPage> read(MailboxFilter filter, String after, int limit) {
        PageQuery question = question(filter, agent, after, limit);
        return connection.execute(question.sql(), question.parameters()).map(PageReader::page);
    }

    void close() {
        connection.close();
    }

    static PageQuery question(MailboxFilter filter, String agent, String after, int limit) {
        StringBuilder sql = new StringBuilder(COLUMNS);
        Tuple tuple = Tuple.of(agent, after);
        if (filter.part() != null) {
            sql.append(" AND u.email LIKE ? ESCAPE '!'");
            tuple.addValue("%" + escaped(filter.part()) + "%");
        }
        if (filter.domains() != null) {
            domains(filter.domains(), sql, tuple);
        }
        if (filter.overQuota() != null) {
            sql.append(" AND u.over_quota = ?");
            tuple.addValue(filter.overQuota() ? 1 : 0);
        }
        if (filter.inactiveSince() != null) {
            sql.append(" AND (u.lasttime IS NULL OR u.lasttime < CAST(? AS DATETIME(6)))");
            tuple.addValue(Sql.datetime(filter.inactiveSince()));
        }
        sql.append(" ORDER BY u.email LIMIT ?");
        return new PageQuery(sql.toString(), tuple.addValue(limit));
    }

    private static void domains(Set<String> domains, StringBuilder sql, Tuple tuple) {
        int size = SIZES.stream()
                .filter(room -> room >= domains.size())
                .findFirst()
                .orElseThrow();
        sql.append(" AND ")
                .append(DOMAIN)
                .append(" IN (?")
                .append(", ?".repeat(size - 1))
                .append(')');
        domains.forEach(tuple::addValue);
        for (int i = domains.size(); i < size; i++) {
            tuple.addValue(null);
        }
    }

    private static String escaped(String text) {
        return text.replace("!", "!!").replace("%", "!%").replace("_", "!_");
    }

    private static MailboxPage page(RowSet<Row> rows) {
        List<Mailbox> mailboxes = new ArrayList<>(rows.size());
        long batch = 0;
        for (Row row : rows) {
            mailboxes.add(Sql.mailbox(new MailAddress(row.getString(0)), row));
            Long noted = row.getLong(8);
            batch = noted == null ? 0 : noted;
        }
        return new MailboxPage(mailboxes, batch);
    }
}
