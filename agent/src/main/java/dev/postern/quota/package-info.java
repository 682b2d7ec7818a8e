/**
 * Whether a recipient's mailbox has room: {@link dev.postern.quota.QuotaLookup}, over the mailboxes that an alias leads
 * to. Knows no SQL and no socket; rows come from {@link dev.postern.mailbox} and a {@link
 * dev.postern.quota.SubscriptionSource}.
 */
@NullMarked
package dev.postern.quota;

import org.jspecify.annotations.NullMarked;
