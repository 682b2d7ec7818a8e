package dev.postern.dovecot.dict;

import dev.postern.model.Event;
import dev.postern.model.EventKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** What the dict socket counts; a lookup by key and a listing are the map {@code dict}. */
final class DictMetrics {

    private static final String MAP = "dict";
    private static final String REJECTED = "postern.events.rejected";

    private final Map<EventKind, Counter> accepted = new EnumMap<>(EventKind.class);
    private final Counter found;
    private final Counter missing;
    private final Counter failed;
    private final Counter committed;
    private final Counter nothingToAddTo;
    private final Counter notCommitted;
    private final Counter uncertain;
    private final Counter malformed;
    private final Counter notOwn;
    private final Counter withoutAddress;
    private final Timer lookups;

    DictMetrics(MeterRegistry meters) {
        for (EventKind kind : EventKind.values()) {
            accepted.put(kind, meters.counter("postern.events", "kind", kind.label(), "source", MAP));
        }
        found = meters.counter("postern.lookups", "map", MAP, "answer", "found");
        missing = meters.counter("postern.lookups", "map", MAP, "answer", "missing");
        failed = meters.counter("postern.lookups", "map", MAP, "answer", "temp");
        lookups = meters.timer("postern.lookup", "map", MAP);
        committed = meters.counter("postern.dict.commits", "answer", "committed");
        nothingToAddTo = meters.counter("postern.dict.commits", "answer", "nothing_to_add_to");
        notCommitted = meters.counter("postern.dict.commits", "answer", "not_committed");
        uncertain = meters.counter("postern.dict.commits", "answer", "uncertain");
        notOwn = meters.counter(REJECTED, "reason", "dict_login_not_own");
        withoutAddress = meters.counter(REJECTED, "reason", "dict_login_no_address");
        malformed = meters.counter(REJECTED, "reason", "dict_protocol");
    }

    /** Counts a transaction's logins that are recorded for no mailbox. */
    void notCounted(DictTransaction transaction) {
        notOwn.increment(transaction.notOwn());
        withoutAddress.increment(transaction.withoutAddress());
    }

    void accepted(Event event) {
        Objects.requireNonNull(accepted.get(event.kind())).increment();
    }

    /** A peer that was not understood. */
    void malformed() {
        malformed.increment();
    }

    /** Counts a reply by its first letter, which is its kind. */
    void lookup(char reply, long nanos) {
        (reply == 'F' ? failed : reply == 'N' ? missing : found).increment();
        lookups.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Counts a reply by its first letter, without the prefix of the async form. */
    void commit(char reply) {
        switch (reply) {
            case 'O' -> committed.increment();
            case 'N' -> nothingToAddTo.increment();
            case 'W' -> uncertain.increment();
            default -> notCommitted.increment();
        }
    }
}
