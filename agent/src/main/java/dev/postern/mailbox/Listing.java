package dev.postern.mailbox;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.postern.model.Address;
import dev.postern.model.Change;
import dev.postern.model.Mailbox;
import dev.postern.model.Page;
import dev.postern.model.Rows;
import dev.postern.model.Selection;
import dev.postern.pending.Ledger;
import io.vertx.core.Future;
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
import org.jspecify.annotations.Nullable;

/**
 * All mailboxes, page by page: the ledger over MySQL. Which of them are on a page is what MySQL says; one that fits no more
 * with what has been accepted since is left out.
 */
public final class Listing {

    /** Rows of pages that are remembered for when MySQL is away. */
    private static final int REMEMBERED = 10_000;

    /**
     * Some mailboxes in the order of their addresses.
     *
     * @param next what the next page comes after; null when this is the last
     */
    public record Part(List<Seen> items, @Nullable String next, Instant asOf) {}

    private record Question(Selection selection, String after, int limit) {}

    private record Remembered(Page page, Instant asOf) {}

    private record Fresh(@Nullable Mailbox row, long batch) {}

    private final Ledger ledger;
    private final PageSource source;
    private final InstantSource clock;
    private final Cache<Question, Remembered> remembered;

    /** What has been written while pages are being read: the ledger forgets it, and the page may be older. */
    private final Set<Map<Address, Fresh>> reading = Collections.newSetFromMap(new IdentityHashMap<>());

    public Listing(Ledger ledger, PageSource source, InstantSource clock) {
        this.ledger = ledger;
        this.source = source;
        this.clock = clock;
        this.remembered = Caffeine.newBuilder()
                .maximumWeight(REMEMBERED)
                .weigher((Question question, Remembered answer) ->
                        answer.page().rows().size() + 1)
                .executor(Runnable::run)
                .build();
    }

    /** A page, as last known while MySQL is away; fails when nothing is. */
    public Future<Part> page(Selection selection, String after, int limit) {
        Question question = new Question(selection, after, limit);
        Instant asOf = clock.instant();
        return read(question, asOf, answer -> remembered.put(question, answer)).recover(failure -> {
            Remembered last = remembered.getIfPresent(question);
            return last == null
                    ? Future.failedFuture(new UnavailableException("the database does not answer"))
                    : Future.succeededFuture(part(question, last, Map.of()));
        });
    }

    /** A page as MySQL has it now, and nothing else. */
    public Future<Part> current(Selection selection, String after, int limit) {
        return read(new Question(selection, after, limit), clock.instant(), answer -> {});
    }

    /** Rows in memory for when MySQL is away, and one more for each page of them. */
    public long remembered() {
        return remembered.policy().eviction().orElseThrow().weightedSize().orElse(0);
    }

    /** Takes rows that were read back as soon as they were written. */
    public void refreshed(Collection<Address> asked, Rows rows) {
        for (Map<Address, Fresh> news : reading) {
            asked.forEach(address -> news.put(address, new Fresh(rows.found().get(address), rows.batch())));
        }
    }

    private Future<Part> read(Question question, Instant asOf, Consumer<Remembered> keep) {
        Map<Address, Fresh> news = new HashMap<>();
        reading.add(news);
        return source.page(question.selection(), question.after(), question.limit() + 1)
                .onComplete(done -> reading.remove(news))
                .map(page -> {
                    Remembered answer = new Remembered(page, asOf);
                    keep.accept(answer);
                    return part(question, answer, news);
                });
    }

    /** One row more than asked for was read: it says that there is another page. */
    private Part part(Question question, Remembered answer, Map<Address, Fresh> news) {
        List<Mailbox> rows = answer.page().rows();
        boolean more = rows.size() > question.limit();
        List<Mailbox> shown = more ? rows.subList(0, question.limit()) : rows;
        List<Seen> items = new ArrayList<>(shown.size());
        for (Mailbox row : shown) {
            Seen seen = seen(row, answer, news.get(row.email()));
            if (question.selection().fits(seen.mailbox())) {
                items.add(seen);
            }
        }
        String next = more ? shown.get(shown.size() - 1).email().value() : null;
        return new Part(items, next, answer.asOf());
    }

    private Seen seen(Mailbox row, Remembered answer, @Nullable Fresh fresh) {
        Mailbox base = row;
        long batch = answer.page().batch();
        if (fresh != null && fresh.row() != null && fresh.batch() > batch) {
            base = fresh.row();
            batch = fresh.batch();
        }
        Change change = ledger.since(row.email(), batch);
        return new Seen(change == null ? base : change.applyTo(base), change != null, answer.asOf());
    }
}
