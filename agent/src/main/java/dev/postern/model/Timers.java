package dev.postern.model;

import java.time.Duration;

/** Calls back after a while, on the event loop. */
@FunctionalInterface
public interface Timers {

    /**
     * Calls back once, not earlier than after this time.
     *
     * @param delay at least one millisecond
     * @return takes the call back; does nothing when it has been made already
     */
    Runnable after(Duration delay, Runnable action);
}
