package dev.postern.mailbox;

import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.model.MailboxRows;
import dev.postern.quota.SubscriptionSource;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A table in memory. Answers at once, or when the test wants it to. */
public final class FakeMailboxSource implements MailboxSource, SubscriptionSource {

    /** With the rows as they were when it began. */
    public record SourceQuery(List<MailAddress> addresses, MailboxRows asOfBegin, Promise<MailboxRows> answer) {}

    public final Map<MailAddress, Mailbox> table = new HashMap<>();
    public final Map<MailAddress, List<String>> subscribers = new HashMap<>();
    public final List<SourceQuery> queries = new ArrayList<>();
    public final List<List<MailAddress>> subscriberQueries = new ArrayList<>();
    long batch;
    public boolean bufferedBytes;
    public boolean down;
    RuntimeException thrown;

    public static Mailbox mailbox(String email, long bytes, long maxBytes) {
        return new Mailbox(new MailAddress(email), true, null, null, bytes, 1L, maxBytes, 0);
    }

    public void put(Mailbox row) {
        table.put(row.email(), row);
    }

    @Override
    public Future<MailboxRows> load(Collection<MailAddress> addresses) {
        if (thrown != null) {
            throw thrown;
        }
        SourceQuery query = new SourceQuery(List.copyOf(addresses), rows(addresses), Promise.promise());
        queries.add(query);
        if (!bufferedBytes) {
            answer(query);
        }
        return query.answer().future();
    }

    public void subscribe(String email, String... recipients) {
        subscribers.put(new MailAddress(email), List.of(recipients));
    }

    /** Never held back: a test that wants to has the mailboxes for it. */
    @Override
    public Future<Map<MailAddress, List<String>>> load(Collection<MailAddress> addresses, int most) {
        subscriberQueries.add(List.copyOf(addresses));
        if (down) {
            return Future.failedFuture("connection refused");
        }
        Map<MailAddress, List<String>> found = new HashMap<>();
        for (MailAddress address : addresses) {
            List<String> all = subscribers.getOrDefault(address, List.of());
            found.put(address, all.subList(0, Math.min(all.size(), most)));
        }
        return Future.succeededFuture(found);
    }

    /** Answers the query that has waited longest, from the table as it is now or fails it. */
    public void answerOne() {
        answer(queries.stream()
                .filter(query -> !query.answer().future().isComplete())
                .findFirst()
                .orElseThrow());
    }

    private void answer(SourceQuery query) {
        if (down) {
            query.answer().fail("connection refused");
            return;
        }
        query.answer().complete(rows(query.addresses()));
    }

    public MailboxRows rows(Collection<MailAddress> addresses) {
        Map<MailAddress, Mailbox> rows = new LinkedHashMap<>();
        addresses.stream().filter(table::containsKey).forEach(address -> rows.put(address, table.get(address)));
        return new MailboxRows(rows, batch);
    }
}
