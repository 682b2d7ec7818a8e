/**
 * MySQL and MariaDB: everything that speaks SQL, and nothing else does.
 *
 * <pre>
 * Ledger → Flusher → BatchWriter → Link ┐
 *                                       ├→ MySQL
 *        Directory ← MailboxReader ← Link ┘
 * </pre>
 *
 * <p>Writing and reading have a {@link dev.postern.store.Link} of their own, so that a batch never waits behind a lookup.
 * One batch is under way at a time; the next one leaves when it is done. A failure closes the link, which rolls back, and
 * the same batch is written again: logins and quota figures are absolute, so it does not matter whether it got through.
 */
@NullMarked
package dev.postern.store;

import org.jspecify.annotations.NullMarked;
