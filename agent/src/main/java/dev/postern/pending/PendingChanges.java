package dev.postern.pending;

import dev.postern.model.Batch;
import dev.postern.model.MailAddress;
import dev.postern.model.MailboxChange;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has been accepted and is not yet in MySQL, coalesced per address: a queue of numbered batches.
 *
 * <p>Each event gets a number too, counted up from 1. It joins what waits for its address, or else the last batch of
 * the queue. Batches leave one at a time in their order, so a single event's number shows what is safe:
 * {@link #confirmed}. Bounded by addresses; one that waits already takes any number of further events.
 *
 * <p>A batch that was taken never changes: it stays in hand until it is confirmed and is written again as it was after
 * a failure. Its fate may be unknown, and its number must then mean the same.
 */
public final class PendingChanges {

    /** Returned by {@link #record} when a new address finds no room. */
    public static final long FULL = -1;

    /** What one batch does to one address. */
    private static final class PendingRow {
        final MailAddress email;
        final long batch;
        MailboxChange change;

        @Nullable
        PendingRow older;

        boolean closed;
        boolean confirmed;
        boolean unsaved;

        PendingRow(MailAddress email, long batch, @Nullable PendingRow older, MailboxChange change) {
            this.email = email;
            this.batch = batch;
            this.older = older;
            this.change = change;
        }
    }

    /**
     * A batch that waits.
     *
     * @param since when its first event came
     */
    private record QueuedBatch(long number, long firstEvent, Instant since, List<PendingRow> entries) {}

    private final int maxAddresses;
    private final int maxRows;
    private final InstantSource clock;
    private final Deque<QueuedBatch> queue = new ArrayDeque<>();
    private final Map<MailAddress, PendingRow> newest = new HashMap<>();
    private final List<PendingRow> unsaved = new ArrayList<>();
    private @Nullable QueuedBatch inFlight;
    private @Nullable QueuedBatch open;
    private long lastBatch;
    private long confirmedBatch;
    private long lastEvent;
    private int size;

    /**
     * No changes yet.
     *
     * @param maxAddresses how many addresses may wait, those of the batch in hand included
     * @param maxRows how many addresses a batch takes
     * @param firstBatch the first batch's number, never used before by this agent
     * @param clock asked once for each batch
     */
    public PendingChanges(int maxAddresses, int maxRows, long firstBatch, InstantSource clock) {
        this.maxAddresses = maxAddresses;
        this.maxRows = maxRows;
        this.clock = clock;
        this.lastBatch = firstBatch - 1;
        this.confirmedBatch = Long.MIN_VALUE;
    }

    /**
     * Adds what an event changes.
     *
     * @return the event's number, or {@link #FULL} and nothing has changed
     */
    public long record(MailAddress email, MailboxChange change) {
        PendingRow known = newest.get(email);
        if (known != null && !known.closed) {
            known.change = known.change.then(change);
            markUnsaved(known);
            return ++lastEvent;
        }
        if (size >= maxAddresses) {
            return FULL;
        }
        lastEvent++;
        add(last(), email, change);
        return lastEvent;
    }

    /**
     * Puts back a batch of a previous run, as it was then. To be called before anything is recorded, in the order of
     * the numbers, all of them below the first. Its age is unknown and counts from now.
     */
    public void restore(Batch batch) {
        QueuedBatch restored = new QueuedBatch(
                batch.number(), 1, clock.instant(), new ArrayList<>(batch.rows().size()));
        queue.add(restored);
        for (Batch.RowChange row : batch.rows()) {
            PendingRow entry = add(restored, row.email(), row.change());
            entry.closed = true;
            entry.unsaved = false;
        }
        unsaved.clear();
    }

    /**
     * The next batch; it stays in hand until {@link #confirm}.
     *
     * @return null when nothing waits
     * @throws IllegalStateException when a batch is in hand already
     */
    public @Nullable Batch poll() {
        if (inFlight != null) {
            throw new IllegalStateException("a batch is in hand");
        }
        inFlight = queue.poll();
        if (inFlight == null) {
            return null;
        }
        List<Batch.RowChange> rows = new ArrayList<>(inFlight.entries().size());
        // The open batch is the last of the queue.
        open = queue.isEmpty() ? null : open;
        for (PendingRow entry : inFlight.entries()) {
            entry.closed = true;
            rows.add(new Batch.RowChange(entry.email, entry.change));
        }
        rows.sort(Comparator.comparing(Batch.RowChange::email));
        return new Batch(inFlight.number(), rows);
    }

    /** The batch in hand is in MySQL. */
    public void confirm() {
        if (inFlight == null) {
            return;
        }
        for (PendingRow entry : inFlight.entries()) {
            entry.confirmed = true;
            forget(entry);
        }
        size -= inFlight.entries().size();
        confirmedBatch = inFlight.number();
        inFlight = null;
        forgetSaved();
    }

    /** Every event up to and including this number is in MySQL. */
    public long confirmed() {
        QueuedBatch oldest = oldest();
        return oldest == null ? lastEvent : oldest.firstEvent() - 1;
    }

    /** For how long the oldest event that is not in MySQL has waited; zero when there is none. */
    public Duration oldestAge() {
        QueuedBatch oldest = oldest();
        Duration age = oldest == null ? Duration.ZERO : Duration.between(oldest.since(), clock.instant());
        // A clock that was set back.
        return age.isNegative() ? Duration.ZERO : age;
    }

    /** The number of the batch that was confirmed last; it and all before it are in MySQL. */
    public long confirmedBatch() {
        return confirmedBatch;
    }

    /** What MySQL does not know yet of an address; null when there is nothing. */
    public @Nullable MailboxChange unconfirmed(MailAddress email) {
        return since(email, Long.MIN_VALUE);
    }

    /** What a row does not show that was read when this batch of ours, but none after it, was in MySQL. */
    public @Nullable MailboxChange since(MailAddress email, long batch) {
        MailboxChange since = null;
        for (PendingRow entry = newest.get(email); entry != null && entry.batch > batch; entry = entry.older) {
            since = since == null ? entry.change : entry.change.then(since);
        }
        return since;
    }

    /**
     * What has changed since the last call and is not in MySQL: what the journal does not have. Each address of a batch
     * is there with all that the batch is to do to it.
     */
    public List<Batch> unsaved() {
        Map<Long, List<Batch.RowChange>> rows = new HashMap<>();
        for (PendingRow entry : unsaved) {
            entry.unsaved = false;
            if (!entry.confirmed) {
                rows.computeIfAbsent(entry.batch, number -> new ArrayList<>())
                        .add(new Batch.RowChange(entry.email, entry.change));
            }
        }
        unsaved.clear();
        return rows.entrySet().stream()
                .map(batch -> new Batch(batch.getKey(), batch.getValue()))
                .toList();
    }

    /** What {@link #unsaved} has returned so far is void: all of it is to be returned again. */
    public void saveAgain() {
        for (PendingRow latest : newest.values()) {
            for (PendingRow entry = latest; entry != null; entry = entry.older) {
                markUnsaved(entry);
            }
        }
    }

    /** The number of the last event that was taken. */
    public long lastEvent() {
        return lastEvent;
    }

    /** Addresses that wait, the batch in hand included; one that is in several batches counts for each. */
    public int size() {
        return size;
    }

    /** Different addresses that wait, the batch in hand included. */
    public int addresses() {
        return newest.size();
    }

    public boolean isEmpty() {
        return size == 0;
    }

    private PendingRow add(QueuedBatch batch, MailAddress email, MailboxChange change) {
        PendingRow older = newest.get(email);
        PendingRow entry = new PendingRow(email, batch.number(), older, change);
        newest.put(email, entry);
        batch.entries().add(entry);
        size++;
        markUnsaved(entry);
        return entry;
    }

    /** The oldest of its address. */
    private void forget(PendingRow oldest) {
        PendingRow entry = newest.get(oldest.email);
        if (entry == oldest) {
            newest.remove(oldest.email);
            return;
        }
        while (entry != null && entry.older != oldest) {
            entry = entry.older;
        }
        if (entry != null) {
            entry.older = null;
        }
    }

    private void markUnsaved(PendingRow entry) {
        if (!entry.unsaved) {
            entry.unsaved = true;
            unsaved.add(entry);
        }
    }

    /** While MySQL answers quickly nothing asks for what is unsaved, and it must not pile up. */
    private void forgetSaved() {
        if (unsaved.size() > 2 * size) {
            unsaved.removeIf(entry -> entry.confirmed);
        }
    }

    private @Nullable QueuedBatch oldest() {
        return inFlight != null ? inFlight : queue.peek();
    }

    /** The batch at the end of the queue, with room for an address. */
    private QueuedBatch last() {
        if (open == null || open.entries().size() >= maxRows) {
            open = new QueuedBatch(++lastBatch, lastEvent, clock.instant(), new ArrayList<>());
            queue.add(open);
        }
        return open;
    }
}
