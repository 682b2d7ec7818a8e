package dev.postern.directory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.postern.core.Address;
import dev.postern.core.Change;
import dev.postern.core.Ledger;
import dev.postern.core.Mailbox;
import dev.postern.core.Timers;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
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
        Future<@Nullable Mailbox> row = row(address);
        queries.start();
        return withLedger(row);
    }

    /** The mailbox of the first address or else of the second; both are asked for together. */
    public Future<@Nullable Mailbox> findEither(Address first, Address second) {
        Future<@Nullable Mailbox> preferred = row(first);
        Future<@Nullable Mailbox> other = row(second);
        queries.start();
        return withLedger(preferred.compose(row -> row != null ? preferred : other));
    }

    /** The mailbox as last known, however long ago; null when there is none or nothing is known of it. */
    public @Nullable Mailbox known(Address address) {
        Entry entry = cache.getIfPresent(address);
        return entry == null ? null : withLedger(entry.row());
    }

    /**
     * Takes rows that were read back in the transaction that has just written them.
     *
     * @param asked what it was about; an address without a row has none
     */
    public void refreshed(Collection<Address> asked, Map<Address, Mailbox> rows) {
        queries.works();
        long now = clock.millis();
        asked.forEach(address -> refreshed(address, new Entry(rows.get(address), now)));
    }

    private void refreshed(Address address, Entry entry) {
        cache.put(address, entry);
        queries.overtake(address, entry);
    }

    private Future<@Nullable Mailbox> row(Address address) {
        Entry entry = cache.getIfPresent(address);
        if (entry == null) {
            return queries.ask(address, null);
        }
        long limit = entry.row() == null ? cacheMillis / ABSENCE_PART : cacheMillis;
        long age = clock.millis() - entry.asOf();
        if (age >= 0 && age < limit) {
            return Future.succeededFuture(entry.row());
        }
        Future<@Nullable Mailbox> anew = queries.ask(address, entry);
        return (age >= 0 && age < 2 * limit) || queries.isAway() ? Future.succeededFuture(entry.row()) : anew;
    }

    private Future<@Nullable Mailbox> withLedger(Future<@Nullable Mailbox> row) {
        return row.map(this::withLedger);
    }

    private @Nullable Mailbox withLedger(@Nullable Mailbox row) {
        Change change = row == null ? null : ledger.unsettled(row.email());
        return row == null || change == null ? row : change.applyTo(row);
    }
}
