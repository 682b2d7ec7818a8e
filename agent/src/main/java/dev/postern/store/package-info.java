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
 * One batch is under way at a time; the next one leaves when it is done.
 *
 * <p>What a failure means is said in one place, {@link dev.postern.store.Trouble}:
 *
 * <ul>
 *   <li>A row that the database refuses is found and left out ({@link dev.postern.store.Salvage}); the rest of its batch is
 *       committed. It is logged with all that it should have had, and counted. Who told it has been answered {@code OK} or
 *       {@code O}, or is: the peer could do nothing about it, and from the journal it is answered before MySQL is asked.
 *   <li>After anything else the transaction is rolled back, and the same batch is tried again, at first at once, then every
 *       few seconds. Whether it was committed after all, its number in {@code postern_checkpoint} tells: an increment counts
 *       once.
 * </ul>
 */
@NullMarked
package dev.postern.store;

import org.jspecify.annotations.NullMarked;
