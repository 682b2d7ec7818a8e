package dev.postern.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has been accepted and is not yet in MySQL, coalesced per address.
 *
 * <p>Each event gets a number, counted up from 1. Addresses leave in the order of their oldest event, in one batch at a
 * time, so a single number says what is safe: {@link #settled}. Bounded by addresses; one that waits already takes any
 * number of further events.
 *
 * <p>A batch stays in hand until it is confirmed and is written again as it was after a failure: its fate may be unknown,
 * and what arrives meanwhile belongs to the next batch.
 */
public final class Ledger {

    /** Returned by {@link #record} when a new address finds no room. */
    public static final long FULL = -1;

    private static final class Pending {
        final long first;
        Change change;

        Pending(long first, Change change) {
            this.first = first;
            this.change = change;
        }
    }

    private final int maxAddresses;
    private final LinkedHashMap<Address, Pending> pending = new LinkedHashMap<>();
    private final Map<Address, Change> inHand = new HashMap<>();
    private long firstInHand;
    private long last;

    /**
     * An empty ledger.
     *
     * @param maxAddresses how many addresses may wait, those of the batch in hand included
     */
    public Ledger(int maxAddresses) {
        this.maxAddresses = maxAddresses;
    }

    /**
     * Adds what an event changes.
     *
     * @return the event's number, or {@link #FULL} and nothing has changed
     */
    public long record(Address email, Change change) {
        Pending known = pending.get(email);
        if (known != null) {
            known.change = known.change.then(change);
            return ++last;
        }
        if (size() >= maxAddresses) {
            return FULL;
        }
        pending.put(email, new Pending(++last, change));
        return last;
    }

    /**
     * The next batch; it stays in hand until {@link #confirm}.
     *
     * @return null when nothing waits
     * @throws IllegalStateException when a batch is in hand already
     */
    public @Nullable Batch take(int maxRows) {
        if (!inHand.isEmpty()) {
            throw new IllegalStateException("a batch is in hand");
        }
        if (pending.isEmpty()) {
            return null;
        }
        firstInHand = firstPending();
        List<Batch.Row> rows = new ArrayList<>(Math.min(maxRows, pending.size()));
        var waiting = pending.entrySet().iterator();
        while (rows.size() < maxRows && waiting.hasNext()) {
            var entry = waiting.next();
            rows.add(new Batch.Row(entry.getKey(), entry.getValue().change));
            inHand.put(entry.getKey(), entry.getValue().change);
            waiting.remove();
        }
        rows.sort(Comparator.comparing(Batch.Row::email));
        return new Batch(rows);
    }

    /** The batch in hand is in MySQL. */
    public void confirm() {
        inHand.clear();
    }

    /** Every event up to and including this number is in MySQL. */
    public long settled() {
        if (!inHand.isEmpty()) {
            return firstInHand - 1;
        }
        return pending.isEmpty() ? last : firstPending() - 1;
    }

    /** What MySQL does not know yet of an address; null when there is nothing. */
    public @Nullable Change unsettled(Address email) {
        Change older = inHand.get(email);
        Pending newer = pending.get(email);
        if (newer == null) {
            return older;
        }
        return older == null ? newer.change : older.then(newer.change);
    }

    /** Addresses that wait, the batch in hand included; one that is in both counts twice. */
    public int size() {
        return pending.size() + inHand.size();
    }

    public boolean isEmpty() {
        return pending.isEmpty() && inHand.isEmpty();
    }

    private long firstPending() {
        return pending.values().iterator().next().first;
    }
}
