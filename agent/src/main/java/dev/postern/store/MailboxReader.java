package dev.postern.store;

import dev.postern.core.Address;
import dev.postern.core.Event;
import dev.postern.core.Ip;
import dev.postern.core.Rows;
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

    /** Logins of active mailboxes since a moment, at most so many, the newest first. */
    Future<List<Event.Login>> recentLogins(Instant since, int limit) {
        return link.execute(Sql.recentLogins(), Tuple.of(Sql.datetime(since), limit))
                .map(MailboxReader::logins);
    }

    void close() {
        link.close();
    }

    private static List<Event.Login> logins(RowSet<Row> rows) {
        List<Event.Login> logins = new ArrayList<>(rows.size());
        for (Row row : rows) {
            Address user = Address.parse(row.getString(0));
            String lastip = row.getString(1);
            Ip ip = lastip == null ? null : Ip.parse(lastip);
            Instant time = Sql.instant(row.getLocalDateTime(2));
            if (user != null && ip != null && time != null) {
                logins.add(Event.Login.readBack(user, ip, time));
            }
        }
        return logins;
    }
}
