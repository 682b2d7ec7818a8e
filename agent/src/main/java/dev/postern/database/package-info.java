/**
 * MySQL and MariaDB: everything that speaks SQL, and nothing else does.
 *
 * <pre>
 * PendingChanges → Flusher → BatchWriter → ReconnectingConnection ┐
 *             MailboxView ← MailboxReader ← ReconnectingConnection ┼→ MySQL
 *                MailboxList ← PageReader ← ReconnectingConnection ┘
 * </pre>
 *
 * <p>Each of the three has a {@link dev.postern.database.ReconnectingConnection} of its own: a batch never waits behind
 * a lookup, nor a lookup behind an export. One batch is under way at a time; the next one leaves when it is done.
 *
 * <p>What a failure means is decided in one place, {@link dev.postern.database.DatabaseError}:
 *
 * <ul>
 *   <li>A row that the database refuses is found and left out ({@link dev.postern.database.BatchBisector}); the rest of
 *       its batch is committed. It is logged with all that it should have had, and counted. The peer that reported it
 *       has been answered {@code OK} or {@code O}, or is: the peer could do nothing about it, and from the journal it
 *       is answered before MySQL is asked.
 *   <li>After anything else nothing of the batch stays, and the same one is tried again, at first at once, then every
 *   few
 *       seconds. Its number in {@code postern_checkpoint} shows whether it was written after all: an increment counts
 *       once.
 * </ul>
 */
@NullMarked
package dev.postern.database;

import org.jspecify.annotations.NullMarked;
