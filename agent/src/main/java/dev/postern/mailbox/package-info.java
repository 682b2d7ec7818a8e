/**
 * The read side: what Postfix and the administrator ask. Ledger over cache over MySQL. Knows no SQL and no socket; rows
 * come from a {@link dev.postern.mailbox.MailboxSource}.
 */
@NullMarked
package dev.postern.mailbox;

import org.jspecify.annotations.NullMarked;
