package dev.postern.mailbox;

import dev.postern.model.Address;
import dev.postern.model.Mailbox;
import dev.postern.model.Rows;
import dev.postern.quota.SubscriptionSource;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A table in memory. Answers at once, or when the test says so. */
public final class FakeSource implements MailboxSource, SubscriptionSource {

    /** With the rows as they were when it began. */
    public record Query(List<Address> addresses, Rows asOfBegin, Promise<Rows> answer) {}

    public final Map<Address, Mailbox> table = new HashMap<>();
    public final Map<Address, List<String>> subscribers = new HashMap<>();
    public final List<Query> queries = new ArrayList<>();
    public final List<List<Address>> subscriberQueries = new ArrayList<>();
    long batch;
    public boolean held;
    public boolean down;
    RuntimeException thrown;

    public static Mailbox mailbox(String email, long bytes, long maxBytes) {
        return new Mailbox(new Address(email), true, null, null, bytes, 1L, maxBytes, 0);
    }

    public void put(Mailbox row) {
        table.put(row.email(), row);
    }

    @Override
    public Future<Rows> load(Collection<Address> addresses) {
        if (thrown != null) {
            throw thrown;
        }
        Query query = new Query(List.copyOf(addresses), rows(addresses), Promise.promise());
        queries.add(query);
        if (!held) {
            answer(query);
        }
        return query.answer().future();
    }

    public void subscribe(String email, String... recipients) {
        subscribers.put(new Address(email), List.of(recipients));
    }

    /** Never held back: a test that wants to has the mailboxes for it. */
    @Override
    public Future<Map<Address, List<String>>> load(Collection<Address> addresses, int most) {
        subscriberQueries.add(List.copyOf(addresses));
        if (down) {
            return Future.failedFuture("connection refused");
        }
        Map<Address, List<String>> found = new HashMap<>();
        for (Address address : addresses) {
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

    private void answer(Query query) {
        if (down) {
            query.answer().fail("connection refused");
            return;
        }
        query.answer().complete(rows(query.addresses()));
    }

    public Rows rows(Collection<Address> addresses) {
        Map<Address, Mailbox> rows = new LinkedHashMap<>();
        addresses.stream().filter(table::containsKey).forEach(address -> rows.put(address, table.get(address)));
        return new Rows(rows, batch);
    }
}
