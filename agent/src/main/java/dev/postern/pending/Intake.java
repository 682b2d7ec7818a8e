package dev.postern.pending;

import dev.postern.model.Batch;
import dev.postern.model.Change;
import dev.postern.model.Event;
import dev.postern.relay.RelayWindows;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Where events come in, from whichever protocol: into the ledger, and a login into the relay windows too, so that a lookup
 * sees it before MySQL does.
 *
 * <p>The flusher reports here how far MySQL has got, and the journal how far the disk has; whoever owes a peer an answer
 * listens.
 */
public final class Intake {

    /** Returned by {@link #accept} when there is no room: the event has had no effect. */
    public static final long REFUSED = Ledger.FULL;

    /** Someone who owes answers for accepted events. Both are called on the event loop. */
    public interface Listener {
        /** Every event up to and including this number cannot be lost any more. */
        void settled(long upTo);

        /** Neither MySQL nor the disk takes anything: what is not settled may take long, or be lost with this process. */
        void stalled();
    }

    /** Who brings accepted events on their way: flusher and journal. */
    @FunctionalInterface
    public interface Arrival {
        /**
         * An event has come.
         *
         * @param awaited whether a peer waits for the answer
         */
        void arrived(boolean awaited);
    }

    private final Ledger ledger;
    private final RelayWindows windows;
    private final InstantSource clock;
    private final List<Listener> listeners = new ArrayList<>();
    private Arrival arrival = awaited -> {};
    private boolean databaseAway;
    private boolean journalled;
    private long onDisk;
    private long refused;

    public Intake(Ledger ledger, RelayWindows windows, InstantSource clock) {
        this.ledger = ledger;
        this.windows = windows;
        this.clock = clock;
    }

    /** Who is told of every accepted event. */
    public void onArrival(Arrival toBeTold) {
        arrival = toBeTold;
    }

    public void listen(Listener listener) {
        listeners.add(listener);
    }

    /**
     * Puts back a batch of an earlier life, as {@link Ledger#restore} does; its logins open their windows again as far as they
     * have not run out.
     */
    public void restore(Batch batch) {
        ledger.restore(batch);
        Instant now = clock.instant();
        for (Batch.Row row : batch.rows()) {
            Change change = row.change();
            if (change.lastip() != null && change.lasttime() != null) {
                windows.noteReadBack(row.email(), change.lastip(), change.lasttime(), now);
            }
        }
    }

    /**
     * Takes an event that a peer waits to be rid of. While {@link #isStalled} it is kept as well, but nothing is promised of it.
     *
     * @return its number, or {@link #REFUSED}
     */
    public long accept(Event event) {
        return accept(event, true);
    }

    /**
     * Takes an event.
     *
     * @param awaited whether a peer waits for the answer; what nobody waits for may be written a moment later, with others
     * @return as {@link #accept(Event)}
     */
    public long accept(Event event, boolean awaited) {
        long number = ledger.record(event.user(), event.change());
        if (number == REFUSED) {
            refused++;
            return REFUSED;
        }
        if (event instanceof Event.Login login) {
            windows.note(login, clock.instant());
        }
        arrival.arrived(awaited);
        return number;
    }

    /** Times so far that an event was refused; one that is brought again counts again. */
    public long refused() {
        return refused;
    }

    /** Whether nothing can be promised at the moment: neither MySQL nor the journal takes anything. */
    public boolean isStalled() {
        return databaseAway && !journalled;
    }

    public boolean isDatabaseAway() {
        return databaseAway;
    }

    /** Whether this event is in MySQL. */
    public boolean isWritten(long number) {
        return number <= ledger.settled();
    }

    /** To be called by the flusher once a batch is confirmed. */
    public void flushed() {
        databaseAway = false;
        settle();
    }

    /** To be called by the flusher when MySQL cannot be reached or does not answer. */
    public void stall() {
        if (!databaseAway) {
            databaseAway = true;
            tellIfStalled();
            if (!isStalled()) {
                // Who has waited for MySQL's word waits no more.
                settle();
            }
        }
    }

    /** To be called by the flusher when MySQL answers again and nothing waits to be written. */
    public void resume() {
        databaseAway = false;
    }

    /** To be called by the journal once every event up to this number is on disk. */
    public void saved(long upTo) {
        journalled = true;
        onDisk = upTo;
        settle();
    }

    /** To be called by the journal when it cannot be written. */
    public void unsaved() {
        if (journalled) {
            journalled = false;
            tellIfStalled();
        }
    }

    private void settle() {
        long upTo = Math.max(onDisk, ledger.settled());
        listeners.forEach(listener -> listener.settled(upTo));
    }

    private void tellIfStalled() {
        if (isStalled()) {
            listeners.forEach(Listener::stalled);
        }
    }
}
