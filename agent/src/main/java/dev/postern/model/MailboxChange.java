package dev.postern.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is to become of one row, coalesced from any number of events. A null value leaves its column alone;
 * {@code lastip} and {@code lasttime} go together.
 */
public record MailboxChange(
        @Nullable IpAddress lastip,
        @Nullable Instant lasttime,
        @Nullable CounterChange bytes,
        @Nullable CounterChange messages) {

    /**
     * This change and then a later one, as one. Associative; {@code lasttime} never goes back, of absolute
     * figures the last one counts, increments add up.
     */
    public MailboxChange then(MailboxChange later) {
        boolean login = later.lasttime != null && LastLoginRule.replaces(later.lasttime, lasttime);
        return new MailboxChange(
                login ? later.lastip : lastip,
                login ? later.lasttime : lasttime,
                merged(bytes, later.bytes),
                merged(messages, later.messages));
    }

    /** A row as it will be once this is written. */
    public Mailbox applyTo(Mailbox row) {
        boolean login = lasttime != null && LastLoginRule.replaces(lasttime, row.lasttime());
        return new Mailbox(
                row.email(),
                row.active(),
                login ? lastip : row.lastip(),
                login ? lasttime : row.lasttime(),
                bytes != null ? bytes.applyTo(row.bytes()) : row.bytes(),
                messages != null ? messages.applyTo(row.messages()) : row.messages(),
                row.maxBytes(),
                row.maxMessages());
    }

    private static @Nullable CounterChange merged(@Nullable CounterChange earlier, @Nullable CounterChange later) {
        if (earlier == null || later == null) {
            return later == null ? earlier : later;
        }
        return earlier.then(later);
    }
}
