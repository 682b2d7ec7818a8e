package dev.postern.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for a condition, never for luck. */
public final class Await {

    private static final Duration STEP = Duration.ofMillis(10);

    private Await() {}

    /** Waits until it holds; fails with this text when it does not in time. */
    public static void until(BooleanSupplier holds, Duration atMost, Supplier<String> otherwise) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + atMost + ": " + otherwise.get());
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
    }
}
