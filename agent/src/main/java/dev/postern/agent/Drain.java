package dev.postern.agent;

import dev.postern.database.Flusher;
import dev.postern.journal.Journaling;
import dev.postern.pending.Intake;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last of what has been taken in: onto the disk first, from where the next start takes it, and then into MySQL, unless that
 * is away. Without a journal, or when it cannot be written, MySQL is waited for.
 */
final class Drain {

    private static final Logger log = LoggerFactory.getLogger(Drain.class);

    /** The disk needs a moment, however late it is. */
    private static final Duration LEAST = Duration.ofSeconds(1);

    private final Flusher flusher;
    private final Intake intake;
    private final @Nullable Journaling journaling;

    /**
     * Nothing is done yet.
     *
     * @param journaling null = there is no journal
     */
    Drain(Flusher flusher, Intake intake, @Nullable Journaling journaling) {
        this.flusher = flusher;
        this.intake = intake;
        this.journaling = journaling;
    }

    /** Completes when that is done, or the time is over. */
    Future<Void> within(Duration left) {
        long millis = Math.max(LEAST.toMillis(), left.toMillis());
        Future<Void> safe = journaling == null
                ? intoMysql()
                : journaling.save().transform((saved, failure) -> failure == null ? fromDisk(millis) : intoMysql());
        return safe.timeout(millis + LEAST.toMillis(), TimeUnit.MILLISECONDS)
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
