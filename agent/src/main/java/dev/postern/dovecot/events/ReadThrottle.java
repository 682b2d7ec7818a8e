package dev.postern.dovecot.events;

import dev.postern.model.Timers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * Peers that do not read their answers are read from one after another: some four MiB a second, which is quick for one
 * of them, and many of them together do not take the time of peers that wait for an answer.
 */
final class ReadThrottle {

    /** From one turn to the next. */
    static final Duration PAUSE = Duration.ofMillis(1);

    private final Timers timers;
    private final Deque<BooleanSupplier> waiting = new ArrayDeque<>();

    ReadThrottle(Timers timers) {
        this.timers = timers;
    }

    /**
     * Waits for a turn.
     *
     * @param turn returns false when it is not needed any more; the next one follows at once then
     */
    void await(BooleanSupplier turn) {
        waiting.add(turn);
        if (waiting.size() == 1) {
            timers.after(PAUSE, this::next);
        }
    }

    private void next() {
        boolean taken = false;
        while (!taken && !waiting.isEmpty()) {
            taken = waiting.remove().getAsBoolean();
        }
        if (!waiting.isEmpty()) {
            timers.after(PAUSE, this::next);
        }
    }
}
