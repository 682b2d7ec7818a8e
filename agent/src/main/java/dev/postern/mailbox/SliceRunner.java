package dev.postern.mailbox;

import dev.postern.model.Timers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.Consumer;

/**
 * Long work in slices: a bounded number of entries, then the event loop's other work, then the next ones.
 *
 * <p>A timer separates the slices. A task that is put into the event loop's queue would not do: Netty runs tasks that
 * tasks add for up to a second before it looks at its sockets again.
 */
public final class SliceRunner {

    /** Entries that are handled at a time. */
    public static final int SIZE = 500;

    /** Between two slices: the shortest that a timer has. */
    public static final Duration PAUSE = Duration.ofMillis(1);

    private SliceRunner() {}

    /** Completes when all entries have been handled, at once when they are few; fails with what the action throws. */
    public static <T> Future<Void> forEach(Iterator<T> entries, Consumer<? super T> action, Timers timers) {
        Promise<Void> done = Promise.promise();
        next(entries, action, timers, done);
        return done.future();
    }

    private static <T> void next(Iterator<T> entries, Consumer<? super T> action, Timers timers, Promise<Void> done) {
        try {
            for (int i = 0; i < SIZE && entries.hasNext(); i++) {
                action.accept(entries.next());
            }
        } catch (RuntimeException e) {
            done.fail(e);
            return;
        }
        if (entries.hasNext()) {
            timers.after(PAUSE, () -> next(entries, action, timers, done));
        } else {
            done.complete();
        }
    }
}
