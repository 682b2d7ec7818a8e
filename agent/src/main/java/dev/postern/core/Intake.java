package dev.postern.core;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Where events come in, from whichever protocol: into the ledger, and a login into the relay windows too, so that a lookup
 * sees it before MySQL does.
 *
 * <p>The flusher reports here how far MySQL has got; whoever owes a peer an answer listens.
 */
public final class Intake {

    /** Returned by {@link #accept} when there is no room: the event has had no effect. */
    public static final long REFUSED = Ledger.FULL;

    /** Someone who owes answers for accepted events. Both are called on the event loop. */
    public interface Listener {
        /** Every event up to and including this number cannot be lost any more. */
        void settled(long upTo);

        /** MySQL is away: what is not settled may take long, or be lost with this process. */
        void stalled();
    }

    private final Ledger ledger;
    private final RelayWindows windows;
    private final InstantSource clock;
    private final List<Listener> listeners = new ArrayList<>();
    private Runnable arrival = () -> {};
    private boolean stalled;

    public Intake(Ledger ledger, RelayWindows windows, InstantSource clock) {
        this.ledger = ledger;
        this.windows = windows;
        this.clock = clock;
    }

    /** Who is told of every accepted event: the flusher's wake-up. */
    public void onArrival(Runnable wakeUp) {
        arrival = wakeUp;
    }

    public void listen(Listener listener) {
        listeners.add(listener);
    }

    /**
     * Takes an event. While {@link #isStalled} it is kept as well, but nothing is promised of it.
     *
     * @return its number, or {@link #REFUSED}
     */
    public long accept(Event event) {
        long number = ledger.record(event.user(), event.change());
        if (number == REFUSED) {
            return REFUSED;
        }
        if (event instanceof Event.Login login) {
            Instant now = clock.instant();
            windows.note(login.ip(), login.user(), login.time(), now);
        }
        arrival.run();
        return number;
    }

    public boolean isStalled() {
        return stalled;
    }

    /** To be called by the flusher once a batch is confirmed. */
    public void flushed() {
        stalled = false;
        long upTo = ledger.settled();
        listeners.forEach(listener -> listener.settled(upTo));
    }

    /** To be called by the flusher when MySQL cannot be reached or does not answer. */
    public void stall() {
        if (!stalled) {
            stalled = true;
            listeners.forEach(Listener::stalled);
        }
    }

    /** To be called by the flusher when MySQL answers again and nothing waits to be written. */
    public void resume() {
        stalled = false;
    }
}
