package dev.postern.pending;

import dev.postern.model.Batch;
import dev.postern.model.Event;
import dev.postern.model.MailAddress;
import dev.postern.model.MailboxChange;
import dev.postern.model.Timers;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Takes in events from every protocol: into {@link PendingChanges}, and a login also to the {@link LoginListener}, so
 * that a lookup sees it before MySQL does.
 *
 * <p>The flusher reports here how far MySQL has got, and the journal how far the disk has. Servers with pending replies
 * register as {@link DurabilityListener}.
 */
public final class EventIntake {

    /** Returned by {@link #accept} when the bound is reached: the event has had no effect. */
    public static final long REFUSED = PendingChanges.FULL;

    /** Has pending replies for accepted events. Both methods are called on the event loop. */
    public interface DurabilityListener {
        /** Every event up to and including this number cannot be lost any more. */
        void durable(long upTo);

        /**
         * Neither MySQL nor the disk takes anything: what is not settled may take long, or be lost with this process.
         */
        void stalled();
    }

    /** Starts the write of accepted events: flusher and journal. */
    @FunctionalInterface
    public interface OnAccepted {
        /**
         * An event has come.
         *
         * @param awaited whether a peer waits for the answer
         */
        void accepted(boolean awaited);
    }

    private final PendingChanges pending;
    private final LoginListener logins;
    private final InstantSource clock;
    private final List<DurabilityListener> listeners = new ArrayList<>();
    private OnAccepted onAccepted = awaited -> {};
    private ConfirmationDeadline deadline =
            new ConfirmationDeadline((delay, action) -> () -> {}, () -> Long.MAX_VALUE, number -> {});
    private Consumer<MailAddress> windowListener = address -> {};
    private boolean databaseAway;
    private boolean databaseSilent;
    private boolean isJournalWritable;
    private boolean journalSilent;
    private long onDisk;
    private long refused;

    public EventIntake(PendingChanges pending, LoginListener logins, InstantSource clock) {
        this.pending = pending;
        this.logins = logins;
        this.clock = clock;
    }

    /** Receives every accepted event. */
    public void onAccepted(OnAccepted toBeTold) {
        onAccepted = toBeTold;
    }

    /**
     * Has every event confirmed or given up within a second, though neither MySQL nor the disk answers or fails: what
     * has waited for longer counts as with a database that is away, and with a journal that cannot be written.
     */
    public void answerInTime(Timers timers) {
        deadline = new ConfirmationDeadline(timers, pending::confirmed, this::overdue);
    }

    /** Sets what is called with the mailbox of each login whose window is open now, or open for longer than before. */
    public void onWindow(Consumer<MailAddress> listener) {
        windowListener = listener;
    }

    public void listen(DurabilityListener listener) {
        listeners.add(listener);
    }

    /**
     * Puts back a batch of a previous run, as {@link PendingChanges#restore} does; its logins open their windows again
     * as far as they have not run out.
     */
    public void restore(Batch batch) {
        pending.restore(batch);
        Instant now = clock.instant();
        for (Batch.RowChange row : batch.rows()) {
            MailboxChange change = row.change();
            if (change.lastip() != null && change.lasttime() != null) {
                logins.readBack(row.email(), change.lastip(), change.lasttime(), now);
            }
        }
    }

    /**
     * Takes an event that a peer waits to be rid of. While {@link #isStalled} it is kept as well, but nothing is
     * promised of it.
     *
     * @return its number, or {@link #REFUSED}
     */
    public long accept(Event event) {
        return accept(event, true);
    }

    /**
     * Takes an event.
     *
     * @param awaited whether a peer waits for the answer; otherwise it may be written a moment later, with others
     * @return as {@link #accept(Event)}
     */
    public long accept(Event event, boolean awaited) {
        long number = pending.record(event.address(), event.change());
        if (number == REFUSED) {
            refused++;
            return REFUSED;
        }
        if (event instanceof Event.Login login && logins.onLogin(login, clock.instant())) {
            windowListener.accept(login.address());
        }
        deadline.accepted(number);
        onAccepted.accepted(awaited);
        return number;
    }

    /** Times so far that an event was refused; one that is brought again counts again. */
    public long refused() {
        return refused;
    }

    /** Whether nothing can be promised at the moment: neither MySQL nor the journal takes anything. */
    public boolean isStalled() {
        return (databaseAway || databaseSilent) && (!isJournalWritable || journalSilent);
    }

    /** Whether MySQL is known to be away, or has left an event without a word for most of a second. */
    public boolean isDatabaseSilent() {
        return databaseAway || databaseSilent;
    }

    public boolean isDatabaseAway() {
        return databaseAway;
    }

    /** Whether this event is in MySQL. */
    public boolean isWritten(long number) {
        return number <= pending.confirmed();
    }

    /** To be called by the flusher once a batch is confirmed. */
    public void flushed() {
        databaseAway = false;
        databaseSilent = false;
        notifyDurable();
    }

    /** To be called by the flusher when MySQL cannot be reached or does not answer. */
    public void databaseUnavailable() {
        if (!databaseAway) {
            databaseAway = true;
            notifyIfStalled();
            if (!isStalled()) {
                // Peers that waited for MySQL now wait for the journal alone.
                notifyDurable();
            }
        }
    }

    /** To be called by the flusher when MySQL answers again and nothing waits to be written. */
    public void databaseAvailable() {
        databaseAway = false;
        databaseSilent = false;
    }

    /** To be called by the journal once every event up to this number is on disk. */
    public void journaled(long upTo) {
        isJournalWritable = true;
        journalSilent = false;
        onDisk = upTo;
        notifyDurable();
    }

    /** To be called by the journal when it cannot be written. */
    public void journalUnavailable() {
        journalSilent = false;
        if (isJournalWritable) {
            isJournalWritable = false;
            notifyIfStalled();
        }
    }

    private void overdue(long number) {
        databaseSilent = true;
        journalSilent = isJournalWritable && onDisk < number;
        if (isStalled()) {
            notifyIfStalled();
        } else {
            notifyDurable();
        }
    }

    private void notifyDurable() {
        long upTo = Math.max(onDisk, pending.confirmed());
        listeners.forEach(listener -> listener.durable(upTo));
    }

    private void notifyIfStalled() {
        if (isStalled()) {
            listeners.forEach(DurabilityListener::stalled);
        }
    }
}
