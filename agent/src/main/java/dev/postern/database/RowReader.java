package dev.postern.database;

import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.model.MailboxRows;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads rows by address, in as many statements as the server's packets ask for; mostly that is one. */
final class RowReader {

    private final StatementExecutor connection;
    private final String agent;

    RowReader(StatementExecutor connection, String agent) {
        this.connection = connection;
        this.agent = agent;
    }

    /** Reads at most {@value Sql#MAX_ROWS} rows, and which batch of this agent they include. */
    Future<MailboxRows> read(List<MailAddress> addresses) {
        return connection
                .maxRows()
                .compose(max -> addresses.size() <= max
                        ? readPortion(addresses)
                        : Future.all(Sql.portions(addresses, max).stream()
                                        .map(this::readPortion)
                                        .toList())
                                .map(all -> together(all.list())));
    }

    private Future<MailboxRows> readPortion(List<MailAddress> addresses) {
        int size = Sql.sizeFor(addresses.size());
        return connection
                .execute(Sql.read(size), Sql.readParameters(agent, addresses, size))
                .map(Sql::rows);
    }

    /** The oldest batch counts for all; a portion without rows has none. */
    private static MailboxRows together(List<MailboxRows> parts) {
        Map<MailAddress, Mailbox> found = new HashMap<>();
        parts.forEach(part -> found.putAll(part.found()));
        long batch = parts.stream()
                .filter(part -> !part.found().isEmpty())
                .mapToLong(MailboxRows::batch)
                .min()
                .orElse(0);
        return new MailboxRows(found, batch);
    }
}
