package dev.postern.agent;

import dev.postern.cli.ExitCode;
import dev.postern.cli.SignalHandler;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From the start to SIGTERM or SIGINT, which may come at any moment.
 *
 * <p>The signals are handled here and not by a shutdown hook: the runtime runs all hooks at once, so those of libraries
 * would remove what the start, or the stop in order, still needs.
 */
public final class ShutdownSignal {

    private static final Logger log = LoggerFactory.getLogger(ShutdownSignal.class);

    /** A start that takes longer after a signal is given up. */
    private static final long START_SECONDS = 30;

    private final CountDownLatch signal = new CountDownLatch(1);
    private final CountDownLatch started = new CountDownLatch(1);

    private ShutdownSignal() {}

    /**
     * Starts something, waits for a signal, and stops it. A signal that comes earlier takes effect once it has started.
     *
     * @param start what it throws is thrown on, and then no signal is waited for
     * @return the exit code
     */
    public static int untilStopped(Supplier<Runnable> start) {
        ShutdownSignal lifetime = new ShutdownSignal();
        SignalHandler.handle("TERM", lifetime::signalled);
        SignalHandler.handle("INT", lifetime::signalled);
        Runnable stop = start.get();
        lifetime.started.countDown();
        try {
            lifetime.signal.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        stop.run();
        return ExitCode.OK;
    }

    private void signalled() {
        signal.countDown();
        try {
            if (!started.await(START_SECONDS, TimeUnit.SECONDS)) {
                log.atError().log("stopped while still starting: something that the start needs does not answer");
                Runtime.getRuntime().halt(ExitCode.TEMPFAIL);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
