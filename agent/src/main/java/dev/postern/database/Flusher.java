package dev.postern.database;

import dev.postern.model.Batch;
import dev.postern.model.MailAddress;
import dev.postern.model.MailboxRows;
import dev.postern.model.Timers;
import dev.postern.pending.EventIntake;
import dev.postern.pending.PendingChanges;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes pending changes to MySQL: one batch in flight at a time, so that batches grow with load by themselves. Changes
 * that a peer waits for leave at once; others, such as logins from Dovecot's plugins, within {@link #LINGER}. What
 * fails is tried again, the same batch, until it gets through. When there is nothing to write, it asks now and then
 * whether something could be written: that is not to be found out by the next event.
 */
public final class Flusher {

    /** How long without a batch until the database is asked whether it is there. */
    static final Duration SILENCE = Duration.ofSeconds(5);

    /**
     * How long changes without a waiting peer wait for others to join them: the database syncs its log for each batch.
     * Well below the patience of the journal, which would else write all of it too.
     */
    static final Duration LINGER = Duration.ofMillis(10);

    /** After so many deadlocks or lost connections in a row the database counts as away. */
    private static final int TRANSIENT_TRIES = 3;

    private final Executor loop;
    private final Timers timers;
    private final PendingChanges pending;
    private final EventIntake intake;
    private final BatchSink writing;
    private final BiConsumer<Collection<MailAddress>, MailboxRows> readBack;
    private final Availability availability;
    private final Backoff backoff;
    private final Timer flushes;
    private final Counter rows;
    private final Counter unknown;
    private final MeterRegistry meters;
    private @Nullable Batch batch;
    private @Nullable Promise<Void> drained;
    private boolean scheduled;
    private boolean lingering;
    private boolean asking;
    private boolean heardOf;
    private int tries;

    /**
     * A flusher with nothing to do yet.
     *
     * @param loop runs what it is given later on the event loop
     */
    Flusher(
            Executor loop,
            Timers timers,
            PendingChanges pending,
            EventIntake intake,
            BatchSink writing,
            BiConsumer<Collection<MailAddress>, MailboxRows> readBack,
            Availability availability,
            Backoff backoff,
            MeterRegistry meters) {
        this.loop = loop;
        this.timers = timers;
        this.pending = pending;
        this.intake = intake;
        this.writing = writing;
        this.readBack = readBack;
        this.availability = availability;
        this.backoff = backoff;
        this.meters = meters;
        this.flushes = meters.timer("postern.flush");
        this.rows = meters.counter("postern.flushed.rows");
        this.unknown = meters.counter("postern.unknown.mailboxes");
    }

    /** Begins: asks whether the database is there, writes what waits, and goes on to watch it. */
    public void watch() {
        if (!heardOf && !isBusy() && drained == null) {
            asking = true;
            writing.check().onComplete(there -> present(), failure -> absent(DatabaseError.of(failure)));
        }
        heardOf = false;
        timers.after(SILENCE, this::watch);
    }

    /**
     * A change has become pending.
     *
     * @param awaited whether a peer waits until it is written
     */
    public void wake(boolean awaited) {
        if (awaited) {
            wake();
        } else if (!isBusy() && !lingering) {
            lingering = true;
            timers.after(LINGER, this::lingered);
        }
    }

    private void lingered() {
        lingering = false;
        if (!isBusy()) {
            next();
        }
    }

    /** Something is to be written now. */
    public void wake() {
        if (!isBusy()) {
            scheduled = true;
            // After whatever is being read now, so that one read's events make one batch.
            loop.execute(this::next);
        }
    }

    /** Completes when nothing waits any more; fails as soon as MySQL turns out to be away. */
    public Future<Void> drain() {
        if (pending.isEmpty()) {
            return Future.succeededFuture();
        }
        drained = Promise.promise();
        wake();
        return drained.future();
    }

    private boolean isBusy() {
        return batch != null || scheduled || asking;
    }

    private void present() {
        availability.up();
        intake.databaseAvailable();
        asked();
    }

    private void absent(DatabaseError error) {
        availability.down(error);
        intake.databaseUnavailable();
        asked();
    }

    private void asked() {
        asking = false;
        next();
    }

    private void next() {
        scheduled = false;
        send();
        restIfDone();
    }

    private void send() {
        batch = pending.poll();
        if (batch != null) {
            write(batch);
        }
    }

    private void restIfDone() {
        if (batch == null && drained != null) {
            drained.tryComplete();
        }
    }

    private void write(Batch rows) {
        Timer.Sample sample = Timer.start(meters);
        writing.write(rows)
                .onComplete(found -> written(rows, found, sample), failure -> failed(rows, DatabaseError.of(failure)));
    }

    private void written(Batch done, MailboxRows readRows, Timer.Sample sample) {
        sample.stop(flushes);
        int found = readRows.found().size();
        rows.increment(found);
        unknown.increment(done.rows().size() - found);
        tries = 0;
        heardOf = true;
        backoff.reset();
        availability.up();
        pending.confirm();
        // The next one first: the database has something to do while caches are refreshed and peers answered.
        send();
        readBack.accept(done.rows().stream().map(Batch.RowChange::email).toList(), readRows);
        intake.flushed();
        restIfDone();
    }

    private void failed(Batch again, DatabaseError error) {
        tries++;
        if (!error.isTransient() || tries >= TRANSIENT_TRIES) {
            availability.down(error);
            intake.databaseUnavailable();
            giveUpDraining(error);
        }
        timers.after(Duration.ofMillis(backoff.nextMillis()), () -> write(again));
    }

    private void giveUpDraining(DatabaseError error) {
        if (drained != null) {
            drained.tryFail(error.text());
        }
    }
}
