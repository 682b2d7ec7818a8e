/**
 * The read side, for Postfix's lookups and the administrator's: pending changes over cache over MySQL. Knows no SQL and
 * no socket; rows come from a {@link dev.postern.mailbox.MailboxSource}.
 */
@NullMarked
package dev.postern.mailbox;

import org.jspecify.annotations.NullMarked;
