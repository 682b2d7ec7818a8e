package dev.postern.database;

import dev.postern.model.MailAddress;
import dev.postern.model.MailboxRows;
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

    private final ReconnectingConnection connection;
    private final RowReader rows;
    private final String agent;

    MailboxReader(ReconnectingConnection connection, String agent) {
        this.connection = connection;
        this.rows = new RowReader(connection, agent);
        this.agent = agent;
    }

    /** Reads at most {@value Sql#MAX_ROWS} rows in one query, and which batch of ours they include. */
    Future<MailboxRows> load(Collection<MailAddress> addresses) {
        return rows.read(List.copyOf(addresses));
    }

    /** Reads the recipients of at most {@value Sql#MAX_ROWS} addresses, up to a maximum for each. */
    Future<Map<MailAddress, List<String>>> subscribers(Collection<MailAddress> addresses, int most) {
        return connection
                .maxRows()
                .compose(max -> Future.all(Sql.portions(List.copyOf(addresses), max).stream()
                        .map(portion -> subscribersOf(portion, most))
                        .toList()))
                .map(all -> {
                    Map<MailAddress, List<String>> subscribers = new HashMap<>();
                    all.<Map<MailAddress, List<String>>>list().forEach(subscribers::putAll);
                    return subscribers;
                });
    }

    private Future<Map<MailAddress, List<String>>> subscribersOf(List<MailAddress> addresses, int most) {
        int size = Sql.sizeFor(addresses.size());
        return connection
                .execute(Sql.subscribers(size), Sql.subscribersParameters(addresses, size, most))
                .map(MailboxReader::subscribers);
    }

    private static Map<MailAddress, List<String>> subscribers(RowSet<Row> rows) {
        Map<MailAddress, List<String>> subscribers = new HashMap<>();
        for (Row row : rows) {
            subscribers
                    .computeIfAbsent(new MailAddress(row.getString(0)), none -> new ArrayList<>())
                    .add(row.getString(1));
        }
        return subscribers;
    }

    /** Active mailboxes with a login since a moment, at most so many, those of the newest logins. */
    Future<MailboxRows> recentlyLoggedIn(Instant since, int limit) {
        return connection
                .execute(Sql.recentlyLoggedIn(), Tuple.of(agent, Sql.datetime(since), limit))
                .map(Sql::rows);
    }

    void close() {
        connection.close();
    }
}
