/**
 * The journal: what has been answered {@code OK} or {@code O} and is not in MySQL is on disk, one entry for each batch
 * and address. Its directory also holds the agent's name in {@code postern_checkpoint}, and which batch numbers it has
 * not used before.
 *
 * <p>Beside it lie the relay windows closed by an administrator: {@link dev.postern.relay.ClosedWindowsFile}.
 *
 * <p>One file, to whose end groups of records are written and synced: format, recovery and the reasons for both are in
 * {@code agent/docs/journal.md}. {@link dev.postern.journal.Journal} is the way in.
 */
@NullMarked
package dev.postern.journal;

import org.jspecify.annotations.NullMarked;
