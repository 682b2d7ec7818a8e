package dev.postern.database;

import java.util.random.RandomGenerator;

/**
 * How long to wait before trying again: doubling from 50 ms to a ceiling of 5 s, each time between half and all of it.
 */
final class Backoff {

    private static final long FIRST_MILLIS = 50;
    private static final long CEILING_MILLIS = 5_000;

    private final RandomGenerator random;
    private long next = FIRST_MILLIS;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    long nextMillis() {
        long delay = next;
        next = Math.min(CEILING_MILLIS, next * 2);
        return delay / 2 + random.nextLong(delay / 2 + 1);
    }

    void reset() {
        next = FIRST_MILLIS;
    }
}
