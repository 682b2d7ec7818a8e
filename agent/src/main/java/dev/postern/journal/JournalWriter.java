package dev.postern.journal;

import dev.postern.model.Batch;
import dev.postern.model.Timers;
import dev.postern.pending.EventIntake;
import dev.postern.pending.PendingChanges;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to the journal what MySQL does not take soon enough: all of it at once, one sync for all waiting peers, and
 * the next when that has ended. While MySQL answers quickly the disk is not touched.
 */
public final class JournalWriter implements EventIntake.DurabilityListener {

    /** A user waits behind an answer; and this is more than MySQL needs on a good day. */
    static final Duration TIMEOUT = Duration.ofMillis(20);

    /** A disk that has not synced by then counts as one that cannot be written, until it has. */
    static final Duration DEADLINE = Duration.ofSeconds(5);

    /** Before another try, when the disk would not take it. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(JournalWriter.class);

    private final PendingChanges pending;
    private final EventIntake intake;
    private final AsyncJournal asyncJournal;
    private final Timers timers;
    private long savedBatch;
    private long doneBatch = Long.MIN_VALUE;
    private long savedEvent;
    private boolean waiting;
    private boolean writing;
    private boolean works = true;
    private @Nullable Promise<Void> saving;

    /**
     * Begins with what earlier starts have left, which is on disk.
     *
     * @param restoredBatch the last of the batches that they have left, 0 = none
     */
    public JournalWriter(
            PendingChanges pending, EventIntake intake, AsyncJournal asyncJournal, Timers timers, long restoredBatch) {
        this.pending = pending;
        this.intake = intake;
        this.asyncJournal = asyncJournal;
        this.timers = timers;
        this.savedBatch = restoredBatch;
        intake.listen(this);
        intake.journaled(0);
    }

    /** A change has become pending. */
    public void wake() {
        if (waiting || writing) {
            return;
        }
        waiting = true;
        long mark = pending.lastEvent();
        boolean atOnce = intake.isDatabaseAway() && works;
        // Not before what is being read now has been worked off, so that one read's events make one group.
        timers.after(atOnce ? Duration.ofMillis(1) : works ? TIMEOUT : PAUSE, () -> due(mark));
    }

    /** Completes once all pending changes are on disk; fails when the disk will not take it. */
    public Future<Void> save() {
        saving = Promise.promise();
        write();
        return saving.future();
    }

    /** Whether the last try to write succeeded, as far as there was one. */
    public boolean works() {
        return works;
    }

    /** What MySQL has needs no place on disk any more. */
    @Override
    public void durable(long upTo) {
        long confirmed = pending.confirmedBatch();
        if (doneBatch < savedBatch && doneBatch < confirmed) {
            doneBatch = confirmed;
            asyncJournal.done(confirmed);
        }
    }

    @Override
    public void stalled() {
        // Which is known here best.
    }

    private void due(long mark) {
        waiting = false;
        boolean late = intake.isDatabaseAway() || pending.confirmed() < mark;
        if (late && savedEvent < pending.lastEvent()) {
            write();
        } else if (!late && !pending.isEmpty()) {
            wake();
        }
    }

    private void write() {
        if (writing) {
            return;
        }
        writing = true;
        long upTo = pending.lastEvent();
        List<Batch> changes = pending.unsaved();
        Runnable cancel = timers.after(DEADLINE, () -> failed("no answer within " + DEADLINE.toSeconds() + " s"));
        asyncJournal
                .append(changes)
                .map(AppendResult::failure)
                .otherwise(Throwable::toString)
                .onSuccess(failure -> {
                    cancel.run();
                    ended(changes, upTo, failure);
                });
    }

    private void ended(List<Batch> changes, long upTo, @Nullable String failure) {
        writing = false;
        if (failure == null) {
            changes.forEach(batch -> savedBatch = Math.max(savedBatch, batch.number()));
            succeeded(upTo);
        } else {
            pending.saveAgain();
            failed(failure);
        }
        if (savedEvent < pending.lastEvent()) {
            wake();
        }
    }

    private void succeeded(long upTo) {
        if (!works) {
            works = true;
            log.atInfo().log("journal written again");
        }
        savedEvent = upTo;
        intake.journaled(upTo);
        if (saving != null && upTo == pending.lastEvent()) {
            saving.tryComplete();
        } else if (saving != null) {
            // What has come since that group was gathered.
            write();
        }
    }

    private void failed(String failure) {
        if (works) {
            works = false;
            log.atError().addKeyValue("reason", failure).log("journal cannot be written");
        }
        intake.journalUnavailable();
        if (saving != null) {
            saving.tryFail(failure);
        }
    }
}
