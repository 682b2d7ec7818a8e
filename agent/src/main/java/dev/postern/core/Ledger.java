package dev.postern.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has been accepted and is not yet in MySQL, coalesced per address: a queue of numbered batches.
 *
 * <p>Each event gets a number too, counted up from 1. It joins what waits for its address, or else the last batch of the
 * queue. Batches leave one at a time in their order, so a single event's number says what is safe: {@link #settled}.
 * Bounded by addresses; one that waits already takes any number of further events.
 *
 * <p>A batch that was taken never changes: it stays in hand until it is confirmed and is written again as it was after a
 * failure. Its fate may be unknown, and its number must then mean the same.
 */
public final class Ledger {

    /** Returned by {@link #record} when a new address finds no room. */
    public static final long FULL = -1;

    private static final class Entry {
        final Address email;
        Change change;

        Entry(Address email, Change change) {
            this.email = email;
            this.change = change;
        }
    }

    /** A batch that still takes changes. */
    private record Open(long number, long firstEvent, List<Entry> entries) {}

    private final int maxAddresses;
    private final int maxRows;
    private final Deque<Open> queue = new ArrayDeque<>();
    private final Map<Address, Entry> waiting = new HashMap<>();
    private Map<Address, Entry> inHand = Collections.emptyMap();
    private @Nullable Open taken;
    private long lastBatch;
    private long lastEvent;

    /**
     * An empty ledger.
     *
     * @param maxAddresses how many addresses may wait, those of the batch in hand included
     * @param maxRows how many addresses a batch takes
     * @param firstBatch the first batch's number, never used before by this agent
     */
    public Ledger(int maxAddresses, int maxRows, long firstBatch) {
        this.maxAddresses = maxAddresses;
        this.maxRows = maxRows;
        this.lastBatch = firstBatch - 1;
    }

    /**
     * Adds what an event changes.
     *
     * @return the event's number, or {@link #FULL} and nothing has changed
     */
    public long record(Address email, Change change) {
        Entry known = waiting.get(email);
        if (known != null) {
            known.change = known.change.then(change);
            return ++lastEvent;
        }
        if (size() >= maxAddresses) {
            return FULL;
        }
        Entry entry = new Entry(email, change);
        waiting.put(email, entry);
        lastEvent++;
        last().entries().add(entry);
        return lastEvent;
    }

    /**
     * The next batch; it stays in hand until {@link #confirm}.
     *
     * @return null when nothing waits
     * @throws IllegalStateException when a batch is in hand already
     */
    public @Nullable Batch take() {
        if (taken != null) {
            throw new IllegalStateException("a batch is in hand");
        }
        Open next = queue.poll();
        if (next == null) {
            return null;
        }
        taken = next;
        inHand = new HashMap<>(next.entries().size() * 2);
        List<Batch.Row> rows = new ArrayList<>(next.entries().size());
        for (Entry entry : next.entries()) {
            waiting.remove(entry.email);
            inHand.put(entry.email, entry);
            rows.add(new Batch.Row(entry.email, entry.change));
        }
        rows.sort(Comparator.comparing(Batch.Row::email));
        return new Batch(next.number(), rows);
    }

    /** The batch in hand is in MySQL. */
    public void confirm() {
        taken = null;
        inHand = Collections.emptyMap();
    }

    /** Every event up to and including this number is in MySQL. */
    public long settled() {
        Open oldest = taken != null ? taken : queue.peek();
        return oldest == null ? lastEvent : oldest.firstEvent() - 1;
    }

    /** What MySQL does not know yet of an address; null when there is nothing. */
    public @Nullable Change unsettled(Address email) {
        return since(email, Long.MIN_VALUE);
    }

    /** What a row does not show that was read when this batch of ours, but none after it, was in MySQL. */
    public @Nullable Change since(Address email, long batch) {
        Entry older = taken != null && taken.number() > batch ? inHand.get(email) : null;
        Entry newer = waiting.get(email);
        if (newer == null) {
            return older == null ? null : older.change;
        }
        return older == null ? newer.change : older.change.then(newer.change);
    }

    /** Addresses that wait, the batch in hand included; one that is in both counts twice. */
    public int size() {
        return waiting.size() + inHand.size();
    }

    public boolean isEmpty() {
        return queue.isEmpty() && taken == null;
    }

    private Open last() {
        Open last = queue.peekLast();
        if (last == null || last.entries().size() >= maxRows) {
            last = new Open(++lastBatch, lastEvent, new ArrayList<>());
            queue.add(last);
        }
        return last;
    }
}
