package dev.postern.database;

import dev.postern.model.Address;
import dev.postern.model.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads rows for lookups. */
final class MailboxReader {

    private final Link link;
    private final String agent;

    MailboxReader(Link link, String agent) {
        this.link = link;
        this.agent = agent;
    }

    /** Reads at most {@value Sql#MAX_ROWS} rows in one query, and which batch of ours they include. */
    Future<Rows> load(Collection<Address> addresses) {
        int size = Sql.sizeFor(addresses.size());
        return link.execute(Sql.read(size), Sql.readParameters(agent, addresses, size))
                .map(Sql::rows);
    }

    /** Reads who gets the mail for at most {@value Sql#MAX_ROWS} addresses, so many of each. */
    Future<Map<Address, List<String>>> subscribers(Collection<Address> addresses, int most) {
        int size = Sql.sizeFor(addresses.size());
        return link.execute(Sql.subscribers(size), Sql.subscribersParameters(addresses, size, most))
                .map(MailboxReader::subscribers);
    }

    private static Map<Address, List<String>> subscribers(RowSet<Row> rows) {
        Map<Address, List<String>> subscribers = new HashMap<>();
        for (Row row : rows) {
            subscribers
                    .computeIfAbsent(new Address(row.getString(0)), none -> new ArrayList<>())
                    .add(row.getString(1));
        }
        return subscribers;
    }

    /** Active mailboxes with a login since a moment, at most so many, those of the newest logins. */
    Future<Rows> recentlyLoggedIn(Instant since, int limit) {
        return link.execute(Sql.recentlyLoggedIn(), Tuple.of(agent, Sql.datetime(since), limit))
                .map(Sql::rows);
    }

    void close() {
        link.close();
    }
}
