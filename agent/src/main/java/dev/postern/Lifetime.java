package dev.postern;

import dev.postern.cli.Exit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** From the start to the signal that ends the process, which may come at any moment. */
final class Lifetime {

    /** A start that takes longer is not waited for by who wants it stopped. */
    private static final long START_SECONDS = 30;

    private final CountDownLatch started = new CountDownLatch(1);
    private volatile Runnable stop = () -> {};

    private Lifetime() {}

    /**
     * Starts something, waits for SIGTERM or SIGINT, stops it, and ends the process as one that has done what it was told.
     *
     * @param start what it throws is thrown on, and then no signal is waited for
     */
    static int untilStopped(Supplier<Runnable> start) {
        Lifetime lifetime = new Lifetime();
        Thread onSignal = new Thread(lifetime::end, "stop");
        // Before the start: a signal right after "ready" must find this here.
        Runtime.getRuntime().addShutdownHook(onSignal);
        try {
            lifetime.stop = start.get();
        } catch (RuntimeException refused) {
            Runtime.getRuntime().removeShutdownHook(onSignal);
            throw refused;
        }
        lifetime.started.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return Exit.OK;
    }

    private void end() {
        try {
            if (started.await(START_SECONDS, TimeUnit.SECONDS)) {
                stop.run();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        // The JVM itself would say 143, "killed by SIGTERM", whatever was done about it.
        Runtime.getRuntime().halt(Exit.OK);
    }
}
