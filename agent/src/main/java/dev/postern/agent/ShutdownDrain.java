package dev.postern.agent;

import dev.postern.database.Flusher;
import dev.postern.journal.JournalWriter;
import dev.postern.pending.EventIntake;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last of what has been taken in: onto the disk first, from where the next start takes it, and then into MySQL,
 * unless that is away. Without a journal, or when it cannot be written, MySQL is waited for.
 */
final class ShutdownDrain {

    private static final Logger log = LoggerFactory.getLogger(ShutdownDrain.class);

    /** The disk needs a moment, however late it is. */
    private static final Duration MIN_TIMEOUT = Duration.ofSeconds(1);

    private final Flusher flusher;
    private final EventIntake intake;
    private final @Nullable JournalWriter journalWriter;

    /**
     * Nothing is done yet.
     *
     * @param journalWriter null without a journal
     */
    ShutdownDrain(Flusher flusher, EventIntake intake, @Nullable JournalWriter journalWriter) {
        this.flusher = flusher;
        this.intake = intake;
        this.journalWriter = journalWriter;
    }

    /** Completes when that is done, or the time is over. */
    Future<Void> within(Duration left) {
        long millis = Math.max(MIN_TIMEOUT.toMillis(), left.toMillis());
        Future<Void> safe = journalWriter == null
                ? intoMysql()
                : journalWriter.save().transform((saved, failure) -> failure == null ? fromDisk(millis) : intoMysql());
        return safe.timeout(millis + MIN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(late -> log.atWarn().log("stopped with events not yet written"))
                .otherwiseEmpty();
    }

    private Future<Void> fromDisk(long millis) {
        Future<Void> written = intake.isDatabaseAway() ? Future.failedFuture("database is away") : flusher.drain();
        return written.timeout(millis, TimeUnit.MILLISECONDS)
                .onFailure(away -> log.atInfo().log("stopped with the database away: what it lacks is in the journal"))
                .otherwiseEmpty();
    }

    /** However often it fails. */
    private Future<Void> intoMysql() {
        return flusher.drain().recover(away -> intoMysql());
    }
}
