package dev.postern.database;

import dev.postern.model.Address;
import dev.postern.model.Mailbox;
import dev.postern.model.Page;
import dev.postern.model.Selection;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Reads the table page by page, each a range of the key that begins where the last one ended. No statement is long and no
 * transaction stays open, however many pages somebody reads and however slowly.
 *
 * <p>{@code over_quota} has an index in the key's order. {@code lasttime} has one too; the server takes it when few rows fit,
 * and else walks the key. Parts of addresses, and domains, are looked for in the key's own entries.
 */
final class PageReader {

    private static final String COLUMNS = "SELECT u.email, u.active, u.lastip, u.lasttime, u.bytes, u.messages,"
            + " u.max_bytes, u.max_messages, (SELECT c.batch FROM postern_checkpoint c WHERE c.agent = ?)"
            + " FROM user u WHERE u.email > ?";

    /** How many domains a text has room for. */
    private static final List<Integer> SIZES = List.of(1, 8, 64, 512);

    /** A statement and what goes into it. */
    record Question(String sql, Tuple parameters) {}

    private final Link link;
    private final String agent;

    PageReader(Link link, String agent) {
        this.link = link;
        this.agent = agent;
    }

    Future<Page> read(Selection selection, String after, int limit) {
        Question question = question(selection, agent, after, limit);
        return link.execute(question.sql(), question.parameters()).map(PageReader::page);
    }

    void close() {
        link.close();
    }

    static Question question(Selection selection, String agent, String after, int limit) {
        StringBuilder sql = new StringBuilder(COLUMNS);
        Tuple tuple = Tuple.of(agent, after);
        if (selection.part() != null) {
            sql.append(" AND u.email LIKE ? ESCAPE '!'");
            tuple.addValue("%" + escaped(selection.part()) + "%");
        }
        if (selection.domains() != null) {
            domains(selection.domains(), sql, tuple);
        }
        if (selection.overQuota() != null) {
            sql.append(" AND u.over_quota = ?");
            tuple.addValue(selection.overQuota() ? 1 : 0);
        }
        if (selection.inactiveSince() != null) {
            sql.append(" AND (u.lasttime IS NULL OR u.lasttime < CAST(? AS DATETIME(6)))");
            tuple.addValue(Sql.datetime(selection.inactiveSince()));
        }
        sql.append(" ORDER BY u.email LIMIT ?");
        return new Question(sql.toString(), tuple.addValue(limit));
    }

    private static void domains(Set<String> domains, StringBuilder sql, Tuple tuple) {
        int size = SIZES.stream()
                .filter(room -> room >= domains.size())
                .findFirst()
                .orElseThrow();
        sql.append(" AND (")
                .append("u.email LIKE ? ESCAPE '!' OR ".repeat(size - 1))
                .append("u.email LIKE ? ESCAPE '!')");
        domains.forEach(domain -> tuple.addValue("%@" + escaped(domain)));
        for (int i = domains.size(); i < size; i++) {
            tuple.addValue(null);
        }
    }

    private static String escaped(String text) {
        return text.replace("!", "!!").replace("%", "!%").replace("_", "!_");
    }

    private static Page page(RowSet<Row> rows) {
        List<Mailbox> mailboxes = new ArrayList<>(rows.size());
        long batch = 0;
        for (Row row : rows) {
            mailboxes.add(Sql.mailbox(new Address(row.getString(0).toLowerCase(Locale.ROOT)), row));
            Long noted = row.getLong(8);
            batch = noted == null ? 0 : noted;
        }
        return new Page(mailboxes, batch);
    }
}
