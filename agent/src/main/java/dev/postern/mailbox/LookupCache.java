package dev.postern.mailbox;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.postern.model.MailAddress;
import dev.postern.model.Timers;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Answers of MySQL, remembered. One answers for half the cache time as it is, for the other half while it is being read
 * anew, and after that only once it has been: none is older than the cache time, unless MySQL is away. Then the last
 * known one answers, whatever its age.
 *
 * @param <E> the answers
 */
public final class LookupCache<E extends CacheEntry> {

    /** That there is nothing is believed for this part of the cache time: new mailboxes are to work soon. */
    private static final int ABSENCE_PART = 4;

    private final InstantSource clock;
    private final long cacheMillis;
    private final Cache<MailAddress, E> cache;
    private final CoalescingLoader<E> loader;

    /**
     * Nothing remembered so far.
     *
     * @param name of what is remembered, for log and metrics
     * @param most by weight, entries for absent rows included
     */
    public LookupCache(
            String name,
            CoalescingLoader.BatchSource<E> source,
            int most,
            Duration cacheTime,
            InstantSource clock,
            Timers timers,
            MeterRegistry meters) {
        this.clock = clock;
        this.cacheMillis = cacheTime.toMillis();
        // Evicts at once and on this thread: there is only one.
        this.cache = Caffeine.newBuilder()
                .maximumWeight(most)
                .weigher((MailAddress address, E entry) -> entry.weight())
                .executor(Runnable::run)
                .build();
        this.loader = new CoalescingLoader<>(name, source, timers, clock, cache::put);
        meters.gauge("postern.cached." + name, cache, Cache::estimatedSize);
        meters.gauge("postern.waiting.lookups", Tags.of("for", name), loader, CoalescingLoader::waiting);
    }

    /** Complete at once when it is in memory; else {@link #start} is to follow. */
    public Future<E> find(MailAddress address) {
        E entry = cache.getIfPresent(address);
        if (entry == null) {
            return loader.load(address, null);
        }
        long limit = entry.isThere() ? cacheMillis : cacheMillis / ABSENCE_PART;
        long age = clock.millis() - entry.asOf();
        if (age >= 0 && age < limit / 2) {
            return Future.succeededFuture(entry);
        }
        Future<E> anew = loader.load(address, entry);
        return (age >= 0 && age < limit) || loader.isAway() ? Future.succeededFuture(entry) : anew;
    }

    /** Sends what has been asked for. */
    public void start() {
        loader.start();
    }

    /** As last known, however long ago; null when nothing is. */
    @Nullable
    E known(MailAddress address) {
        return cache.getIfPresent(address);
    }

    /** Takes what is known from elsewhere, and is newer than the result of any query that has begun. */
    void put(MailAddress address, E entry) {
        cache.put(address, entry);
        loader.supersede(address, entry);
    }

    /** MySQL has just worked, for this or another caller. */
    void works() {
        loader.works();
    }

    /** MySQL is not to be waited for. */
    boolean isAway() {
        return loader.isAway();
    }
}
