package dev.postern.mailbox;

import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.model.MailboxChange;
import dev.postern.model.MailboxRows;
import dev.postern.model.Timers;
import dev.postern.pending.PendingChanges;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Mailboxes as they are with everything that has been accepted: pending changes over a cache over MySQL. */
public final class MailboxView {

    private final PendingChanges pending;
    private final MailboxSource source;
    private final InstantSource clock;
    private final Timers timers;
    private final LookupCache<CachedMailbox> cache;

    /**
     * An empty directory.
     *
     * @param cachedMailboxes how many addresses are remembered, those without a row included
     */
    public MailboxView(
            PendingChanges pending,
            MailboxSource source,
            int cachedMailboxes,
            Duration cacheTime,
            InstantSource clock,
            Timers timers,
            MeterRegistry meters) {
        this.pending = pending;
        this.source = source;
        this.clock = clock;
        this.timers = timers;
        this.cache = new LookupCache<>("mailboxes", this::load, cachedMailboxes, cacheTime, clock, timers, meters);
    }

    /**
     * The mailbox of this address, complete at once when it is in memory; no older than the cache time, unless MySQL is
     * away: then as last known.
     *
     * @return null when there is none; fails with {@link UnavailableException} when that cannot be known now
     */
    public Future<@Nullable Mailbox> find(MailAddress address) {
        Future<@Nullable Mailbox> mailbox = ask(address);
        start();
        return mailbox;
    }

    /** As {@link #find}; several are read together at the {@link #start} that has to follow. */
    public Future<@Nullable Mailbox> ask(MailAddress address) {
        return cache.find(address).map(this::withPending);
    }

    public void start() {
        cache.start();
    }

    /** As {@link #find}, with how old it is and whether some of it is not in MySQL yet. */
    public Future<@Nullable MailboxSnapshot> snapshot(MailAddress address) {
        Future<CachedMailbox> entry = cache.find(address);
        cache.start();
        return entry.map(this::seen);
    }

    private @Nullable MailboxSnapshot seen(CachedMailbox entry) {
        Mailbox mailbox = withPending(entry);
        return mailbox == null
                ? null
                : new MailboxSnapshot(
                        mailbox,
                        pending.since(mailbox.email(), entry.batch()) != null,
                        Instant.ofEpochMilli(entry.asOf()));
    }

    /**
     * Whether an increment of this address is known to have had nothing to add to: the mailbox does not exist, or the
     * figure is NULL. Not knowing the mailbox is not enough.
     */
    public boolean lacks(MailAddress address, boolean bytes, boolean messages) {
        CachedMailbox entry = cache.known(address);
        if (entry == null) {
            return false;
        }
        Mailbox mailbox = withPending(entry);
        return mailbox == null || (bytes && mailbox.bytes() == null) || (messages && mailbox.messages() == null);
    }

    /** The mailbox as last known, however long ago; null when there is none or nothing is known of it. */
    public @Nullable Mailbox known(MailAddress address) {
        CachedMailbox entry = cache.known(address);
        return entry == null ? null : withPending(entry);
    }

    /**
     * Takes rows that were read back as soon as they were written.
     *
     * @param asked what it was about; an address without a row has none
     */
    public void refreshed(Collection<MailAddress> asked, MailboxRows rows) {
        cache.works();
        long now = clock.millis();
        asked.forEach(
                address -> cache.put(address, new CachedMailbox(rows.found().get(address), rows.batch(), now)));
    }

    /** Takes rows that were read at the start, where nothing newer is known. */
    public void remembered(MailboxRows rows) {
        long now = clock.millis();
        rows.found().forEach((address, mailbox) -> {
            if (cache.known(address) == null) {
                cache.put(address, new CachedMailbox(mailbox, rows.batch(), now));
            }
        });
    }

    /**
     * The same answer, waited for no longer than a last known one would be: for a caller that can do with less.
     *
     * @return fails with {@link UnavailableException} when it comes later than that
     */
    public <T> Future<T> shortly(Future<T> answer) {
        if (answer.isComplete()) {
            return answer;
        }
        Promise<T> bounded = Promise.promise();
        Runnable cancel = timers.after(
                CoalescingLoader.TIMEOUT,
                () -> bounded.tryFail(new UnavailableException("the database does not answer")));
        answer.onComplete(done -> cancel.run()).onComplete(bounded::tryComplete, bounded::tryFail);
        return bounded.future();
    }

    /** Whether something has been accepted for this mailbox that its row as last known does not include. */
    public boolean isPending(MailAddress address) {
        CachedMailbox entry = cache.known(address);
        return entry != null && pending.since(address, entry.batch()) != null;
    }

    /** Whether MySQL is not to be waited for. */
    public boolean isAway() {
        return cache.isAway();
    }

    /** Whether anything is known of an address, if only that the mailbox does not exist. */
    public boolean knows(MailAddress address) {
        return cache.known(address) != null;
    }

    private Future<Function<MailAddress, CachedMailbox>> load(List<MailAddress> addresses, long asOf) {
        return source.load(addresses)
                .map(rows -> address -> new CachedMailbox(rows.found().get(address), rows.batch(), asOf));
    }

    private @Nullable Mailbox withPending(CachedMailbox entry) {
        Mailbox row = entry.row();
        MailboxChange change = row == null ? null : pending.since(row.email(), entry.batch());
        return row == null || change == null ? row : change.applyTo(row);
    }
}
