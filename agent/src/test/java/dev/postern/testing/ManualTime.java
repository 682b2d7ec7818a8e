package dev.postern.testing;

import dev.postern.model.Timers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** A clock and its timers that move only when the test moves them. */
public final class ManualTime implements InstantSource, Timers {

    private static final class ManualTimer {
        final Instant due;
        final Runnable action;

        ManualTimer(Instant due, Runnable action) {
            this.due = due;
            this.action = action;
        }
    }

    private final List<ManualTimer> timers = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-23T12:00:00Z");

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public Runnable after(Duration delay, Runnable action) {
        ManualTimer timer = new ManualTimer(now.plus(delay), action);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    /** Lets time pass, backwards too, and runs what is due. */
    public void advance(Duration duration) {
        now = now.plus(duration);
        for (ManualTimer timer : List.copyOf(timers)) {
            if (!timer.due.isAfter(now) && timers.remove(timer)) {
                timer.action.run();
            }
        }
    }

    /** Timers that are neither due nor cancelled. */
    public int timers() {
        return timers.size();
    }
}
