package dev.postern.core;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is to become of one row, coalesced from any number of events. A null value leaves its column alone; {@code lastip}
 * and {@code lasttime} go together.
 */
public record Change(
        @Nullable Ip lastip,
        @Nullable Instant lasttime,
        @Nullable Long bytes,
        @Nullable Long messages) {

    /**
     * This change and then a later one, as one. Associative, and idempotent: {@code lasttime} never goes back, the figures
     * told last count.
     */
    public Change then(Change later) {
        boolean login = later.lasttime != null && (lasttime == null || !later.lasttime.isBefore(lasttime));
        return new Change(
                login ? later.lastip : lastip,
                login ? later.lasttime : lasttime,
                later.bytes != null ? later.bytes : bytes,
                later.messages != null ? later.messages : messages);
    }

    /** A row as it will be once this is written. */
    public Mailbox applyTo(Mailbox row) {
        boolean login = lasttime != null && (row.lasttime() == null || !lasttime.isBefore(row.lasttime()));
        return new Mailbox(
                row.email(),
                row.active(),
                login ? lastip : row.lastip(),
                login ? lasttime : row.lasttime(),
                bytes != null ? bytes : row.bytes(),
                messages != null ? messages : row.messages(),
                row.maxBytes(),
                row.maxMessages());
    }
}
