package dev.postern.directory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.postern.core.Address;
import dev.postern.core.Change;
import dev.postern.core.Ledger;
import dev.postern.core.Mailbox;
import dev.postern.core.Rows;
import dev.postern.core.Timers;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Mailboxes as they are with everything that has been accepted: the ledger over a cache over MySQL.
 *
 * <p>A row answers for the cache time as it is, for as long again while it is being read anew, and after that only once it
 * has been, unless MySQL is away: then the last known row answers, whatever its age.
 */
public final class Directory {

    /** That there is no row is believed for this part of the cache time: new mailboxes are to work soon. */
    private static final int ABSENCE_PART = 4;

    private final Ledger ledger;
    private final InstantSource clock;
    private final long cacheMillis;
    private final Cache<Address, Entry> cache;
    private final Queries queries;

    /**
     * An empty directory.
     *
     * @param cachedMailboxes how many addresses are remembered, those without a row included
     */
    public Directory(
            Ledger ledger,
            MailboxSource source,
            int cachedMailboxes,
            Duration cacheTime,
            InstantSource clock,
            Timers timers,
            MeterRegistry meters) {
        this.ledger = ledger;
        this.clock = clock;
        this.cacheMillis = cacheTime.toMillis();
        // Evicts at once and on this thread: there is only one.
        this.cache = Caffeine.newBuilder()
                .maximumSize(cachedMailboxes)
                .executor(Runnable::run)
                .build();
        this.queries = new Queries(source, timers, clock, cache::put);
        meters.gauge("postern.cached.mailboxes", cache, Cache::estimatedSize);
        meters.gauge("postern.waiting.lookups", queries, Queries::waiting);
    }

    /**
     * The mailbox of this address, complete at once when it is in memory.
     *
     * @return null when there is none; fails with {@link UnavailableException} when that cannot be known now
     */
    public Future<@Nullable Mailbox> find(Address address) {
        Future<Entry> entry = entry(address);
        queries.start();
        return entry.map(this::withLedger);
    }

    /** The mailbox of the first address or else of the second; both are asked for together. */
    public Future<@Nullable Mailbox> findEither(Address first, Address second) {
        Future<Entry> preferred = entry(first);
        Future<Entry> other = entry(second);
        queries.start();
        return preferred
                .compose(entry -> entry.row() != null ? preferred : other)
                .map(this::withLedger);
    }

    /**
     * Whether an increment of this address is known to have had nothing to add to: there is no such mailbox, or the figure
     * is NULL. That nothing is known of it is no reason to believe so.
     */
    public boolean lacks(Address address, boolean bytes, boolean messages) {
        Entry entry = cache.getIfPresent(address);
        if (entry == null) {
            return false;
        }
        Mailbox mailbox = withLedger(entry);
        return mailbox == null || (bytes && mailbox.bytes() == null) || (messages && mailbox.messages() == null);
    }

    /** The mailbox as last known, however long ago; null when there is none or nothing is known of it. */
    public @Nullable Mailbox known(Address address) {
        Entry entry = cache.getIfPresent(address);
        return entry == null ? null : withLedger(entry);
    }

    /**
     * Takes rows that were read back in the transaction that has just written them.
     *
     * @param asked what it was about; an address without a row has none
     */
    public void refreshed(Collection<Address> asked, Rows rows) {
        queries.works();
        long now = clock.millis();
        asked.forEach(address -> refreshed(address, new Entry(rows.found().get(address), rows.batch(), now)));
    }

    private void refreshed(Address address, Entry entry) {
        cache.put(address, entry);
        queries.overtake(address, entry);
    }

    private Future<Entry> entry(Address address) {
        Entry entry = cache.getIfPresent(address);
        if (entry == null) {
            return queries.ask(address, null);
        }
        long limit = entry.row() == null ? cacheMillis / ABSENCE_PART : cacheMillis;
        long age = clock.millis() - entry.asOf();
        if (age >= 0 && age < limit) {
            return Future.succeededFuture(entry);
        }
        Future<Entry> anew = queries.ask(address, entry);
        return (age >= 0 && age < 2 * limit) || queries.isAway() ? Future.succeededFuture(entry) : anew;
    }

    private @Nullable Mailbox withLedger(Entry entry) {
        Mailbox row = entry.row();
        Change change = row == null ? null : ledger.since(row.email(), entry.batch());
        return row == null || change == null ? row : change.applyTo(row);
    }
}
