/**
 * What has been accepted and is not yet in MySQL: {@link dev.postern.pending.EventIntake} takes events in, {@link
 * dev.postern.pending.PendingChanges} holds them, merged by mailbox, until a batch is confirmed. No I/O; time is passed
 * in; used from the event loop alone.
 */
@NullMarked
package dev.postern.pending;

import org.jspecify.annotations.NullMarked;
