package dev.postern.pending;

import dev.postern.model.Timers;
import java.time.Duration;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Reports accepted events that have waited for their confirmation for most of a second. It looks at all of them several
 * times a second, by their numbers, and only while one waits.
 */
final class ConfirmationDeadline {

    static final Duration TICK = Duration.ofMillis(150);
    static final int TICKS = 5;

    private final Timers timers;
    private final LongSupplier confirmed;
    private final LongConsumer overdue;
    /** The newest number at each of the last ticks. */
    private final long[] newestAt = new long[TICKS];

    private long newest;
    private int at;
    private boolean ticking;

    /**
     * Waits for the first event.
     *
     * @param confirmed the number up to which all events are
     * @param overdue called with a number that has waited for too long, once a tick until it is confirmed
     */
    ConfirmationDeadline(Timers timers, LongSupplier confirmed, LongConsumer overdue) {
        this.timers = timers;
        this.confirmed = confirmed;
        this.overdue = overdue;
    }

    void accepted(long number) {
        newest = number;
        if (!ticking) {
            ticking = true;
            timers.after(TICK, this::tick);
        }
    }

    private void tick() {
        long waited = newestAt[at];
        newestAt[at] = newest;
        at = (at + 1) % TICKS;
        long done = confirmed.getAsLong();
        if (waited > done) {
            overdue.accept(waited);
        }
        ticking = newest > done;
        if (ticking) {
            timers.after(TICK, this::tick);
        }
    }
}
