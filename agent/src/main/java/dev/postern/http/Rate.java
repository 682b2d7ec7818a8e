package dev.postern.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.function.LongSupplier;

/** How often somebody may ask: so many times a second, and twice that at once after a pause. */
final class Rate {

    /** Who has asked lately; beyond it the one that has been silent longest is forgotten, and begins anew. */
    private static final int MOST = 10_000;

    private static final double NANOS = 1e9;

    private final int perSecond;
    private final LongSupplier nanos;
    private final Cache<String, Bucket> buckets =
            Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();

    private static final class Bucket {
        double left;
        long at;
    }

    /** @param nanos a clock that only goes forward */
    Rate(int perSecond, LongSupplier nanos) {
        this.perSecond = perSecond;
        this.nanos = nanos;
    }

    /** Whether this one may ask now; then it counts. */
    boolean take(String who) {
        long now = nanos.getAsLong();
        Bucket bucket = buckets.get(who, first -> full(now));
        bucket.left = Math.min(2.0 * perSecond, bucket.left + (now - bucket.at) / NANOS * perSecond);
        bucket.at = now;
        if (bucket.left < 1) {
            return false;
        }
        bucket.left--;
        return true;
    }

    private Bucket full(long now) {
        Bucket bucket = new Bucket();
        bucket.left = 2.0 * perSecond;
        bucket.at = now;
        return bucket;
    }
}
