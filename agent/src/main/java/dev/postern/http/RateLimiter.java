package dev.postern.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.function.LongSupplier;

/** Limits how often a client may ask: so many times a second, and twice that at once after a pause. */
final class RateLimiter {

    /** Clients that have asked lately; beyond the bound the one silent for longest is forgotten and begins anew. */
    private static final int MAX_COUNT = 10_000;

    private static final double NANOS = 1e9;

    private final int perSecond;
    private final LongSupplier nanos;
    private final Cache<String, TokenBucket> buckets =
            Caffeine.newBuilder().maximumSize(MAX_COUNT).executor(Runnable::run).build();

    private static final class TokenBucket {
        double left;
        long at;
    }

    /** @param nanos a clock that only goes forward */
    RateLimiter(int perSecond, LongSupplier nanos) {
        this.perSecond = perSecond;
        this.nanos = nanos;
    }

    /** Whether this one may ask now; then it counts. */
    boolean tryAcquire(String who) {
        long now = nanos.getAsLong();
        TokenBucket bucket = buckets.get(who, first -> full(now));
        bucket.left = Math.min(2.0 * perSecond, bucket.left + (now - bucket.at) / NANOS * perSecond);
        bucket.at = now;
        if (bucket.left < 1) {
            return false;
        }
        bucket.left--;
        return true;
    }

    private TokenBucket full(long now) {
        TokenBucket bucket = new TokenBucket();
        bucket.left = 2.0 * perSecond;
        bucket.at = now;
        return bucket;
    }
}
