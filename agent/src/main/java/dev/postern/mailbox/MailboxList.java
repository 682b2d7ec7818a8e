package dev.postern.mailbox;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.model.MailboxChange;
import dev.postern.model.MailboxFilter;
import dev.postern.model.MailboxPage;
import dev.postern.model.MailboxRows;
import dev.postern.model.Timers;
import dev.postern.pending.PendingChanges;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All mailboxes, page by page: pending changes over MySQL. MySQL decides which of them are on a page; one that fits no
 * more with what has been accepted since is left out.
 */
public final class MailboxList {

    /** Rows of pages that are remembered for when MySQL is away. */
    private static final int REMEMBERED = 10_000;

    /**
     * Some mailboxes in the order of their addresses.
     *
     * @param next what the next page comes after; null when this is the last
     */
    public record ListPart(
            List<MailboxSnapshot> items, @Nullable String next, Instant asOf) {}

    private record ListQuery(MailboxFilter selection, String after, int limit) {}

    private record RememberedPage(MailboxPage page, Instant asOf) {}

    private record FreshRow(@Nullable Mailbox row, long batch) {}

    private final PendingChanges pending;
    private final PageSource source;
    private final InstantSource clock;
    private final Timers timers;
    private final Cache<ListQuery, RememberedPage> remembered;

    /** What has been written while pages are being read: it is no longer pending, and the page may be older. */
    private final Set<Map<MailAddress, FreshRow>> reading = Collections.newSetFromMap(new IdentityHashMap<>());

    public MailboxList(PendingChanges pending, PageSource source, InstantSource clock, Timers timers) {
        this.pending = pending;
        this.source = source;
        this.clock = clock;
        this.timers = timers;
        this.remembered = Caffeine.newBuilder()
                .maximumWeight(REMEMBERED)
                .weigher((ListQuery question, RememberedPage answer) ->
                        answer.page().rows().size() + 1)
                .executor(Runnable::run)
                .build();
    }

    /**
     * A page, as last known while MySQL is away or does not answer for {@link CoalescingLoader#TIMEOUT}; fails without
     * one.
     */
    public Future<ListPart> page(MailboxFilter filter, String after, int limit) {
        ListQuery question = new ListQuery(filter, after, limit);
        RememberedPage last = remembered.getIfPresent(question);
        Future<ListPart> fresh = read(question, clock.instant(), answer -> remembered.put(question, answer));
        return last == null ? fresh : orLastKnown(fresh, () -> part(question, last, Map.of()));
    }

    private Future<ListPart> orLastKnown(Future<ListPart> fresh, Supplier<ListPart> lastKnown) {
        Promise<ListPart> answer = Promise.promise();
        Runnable cancel = timers.after(CoalescingLoader.TIMEOUT, () -> answer.tryComplete(lastKnown.get()));
        fresh.onComplete(done -> cancel.run())
                .onComplete(answer::tryComplete, failure -> answer.tryComplete(lastKnown.get()));
        return answer.future();
    }

    /** A page as MySQL has it now, and nothing else; fails with {@link UnavailableException} while it is away. */
    public Future<ListPart> current(MailboxFilter filter, String after, int limit) {
        return read(new ListQuery(filter, after, limit), clock.instant(), answer -> {});
    }

    /** Rows in memory for when MySQL is away, and one more for each page of them. */
    public long remembered() {
        return remembered.policy().eviction().orElseThrow().weightedSize().orElse(0);
    }

    /** Takes rows that were read back as soon as they were written. */
    public void refreshed(Collection<MailAddress> asked, MailboxRows rows) {
        for (Map<MailAddress, FreshRow> news : reading) {
            asked.forEach(address -> news.put(address, new FreshRow(rows.found().get(address), rows.batch())));
        }
    }

    private Future<ListPart> read(ListQuery question, Instant asOf, Consumer<RememberedPage> keep) {
        Map<MailAddress, FreshRow> news = new HashMap<>();
        reading.add(news);
        return source.page(question.selection(), question.after(), question.limit() + 1)
                .recover(away -> Future.failedFuture(new UnavailableException("the database does not answer")))
                .onComplete(done -> reading.remove(news))
                .map(page -> {
                    RememberedPage answer = new RememberedPage(page, asOf);
                    keep.accept(answer);
                    return part(question, answer, news);
                });
    }

    /** One row more than asked for was read: it shows that there is another page. */
    private ListPart part(ListQuery question, RememberedPage answer, Map<MailAddress, FreshRow> news) {
        List<Mailbox> rows = answer.page().rows();
        boolean more = rows.size() > question.limit();
        List<Mailbox> shown = more ? rows.subList(0, question.limit()) : rows;
        List<MailboxSnapshot> items = new ArrayList<>(shown.size());
        for (Mailbox row : shown) {
            MailboxSnapshot seen = seen(row, answer, news.get(row.email()));
            if (question.selection().matches(seen.mailbox())) {
                items.add(seen);
            }
        }
        return new ListPart(items, more ? next(shown, question.selection().domains()) : null, answer.asOf());
    }

    /** The last address on the page, never one of a domain that was not asked for. */
    private static @Nullable String next(List<Mailbox> shown, @Nullable Set<String> domains) {
        for (int i = shown.size() - 1; i >= 0; i--) {
            MailAddress address = shown.get(i).email();
            if (domains == null || domains.contains(address.domain())) {
                return address.value();
            }
        }
        return null;
    }

    private MailboxSnapshot seen(Mailbox row, RememberedPage answer, @Nullable FreshRow fresh) {
        Mailbox base = row;
        long batch = answer.page().batch();
        if (fresh != null && fresh.row() != null && fresh.batch() > batch) {
            base = fresh.row();
            batch = fresh.batch();
        }
        MailboxChange change = pending.since(row.email(), batch);
        return new MailboxSnapshot(change == null ? base : change.applyTo(base), change != null, answer.asOf());
    }
}
