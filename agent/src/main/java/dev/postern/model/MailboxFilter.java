package dev.postern.model;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which mailboxes of the table: those that fit all that is not null here.
 *
 * @param part what stands somewhere in the address, in lower case
 * @param domains of which it has one, in lower case
 * @param overQuota whether it is over quota
 * @param inactiveSince matches mailboxes without a login since then, including those that never logged in
 */
public record MailboxFilter(
        @Nullable String part,
        @Nullable Set<String> domains,
        @Nullable Boolean overQuota,
        @Nullable Instant inactiveSince) {

    /** Whether a mailbox is one of them, whatever a database's collation takes for the same. */
    public boolean matches(Mailbox mailbox) {
        return (part == null || mailbox.email().value().contains(part))
                && (domains == null || domains.contains(mailbox.email().domain()))
                && (overQuota == null || overQuota == mailbox.overQuota())
                && (inactiveSince == null
                        || mailbox.lasttime() == null
                        || mailbox.lasttime().isBefore(inactiveSince));
    }
}
