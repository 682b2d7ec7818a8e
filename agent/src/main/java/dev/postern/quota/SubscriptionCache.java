package dev.postern.quota;

import dev.postern.mailbox.LookupCache;
import dev.postern.mailbox.UnavailableException;
import dev.postern.model.MailAddress;
import dev.postern.model.Timers;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;

/** The recipients of addresses that are not active mailboxes: a cache over table {@code subscription}, direction I. */
public final class SubscriptionCache {

    /** Of one address; with more it counts as one that cannot be followed. */
    static final int MAX_SUBSCRIBERS = 200;

    private final SubscriptionSource source;
    private final LookupCache<CachedSubscribers> cache;

    /**
     * Nothing remembered so far.
     *
     * @param cached how many addresses and subscribers are remembered, together
     */
    public SubscriptionCache(
            SubscriptionSource source,
            int cached,
            Duration cacheTime,
            InstantSource clock,
            Timers timers,
            MeterRegistry meters) {
        this.source = source;
        this.cache = new LookupCache<>("subscriptions", this::load, cached, cacheTime, clock, timers, meters);
    }

    /**
     * Returns the subscribers of this address, complete at once when in memory.
     *
     * @return one more than {@link #MAX_SUBSCRIBERS} at most; fails with {@link UnavailableException} when it cannot be
     *     known now
     */
    Future<List<String>> find(MailAddress address) {
        Future<CachedSubscribers> subscribers = cache.find(address);
        cache.start();
        return subscribers.map(CachedSubscribers::recipients);
    }

    private Future<Function<MailAddress, CachedSubscribers>> load(List<MailAddress> addresses, long asOf) {
        return source.load(addresses, MAX_SUBSCRIBERS + 1)
                .map(found -> address -> new CachedSubscribers(found.getOrDefault(address, List.of()), asOf));
    }
}
