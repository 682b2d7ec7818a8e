/**
 * The events socket and the spool: how hook scripts report logins and quota figures.
 *
 * <pre>
 * > login	user=alice@example.org	ip=192.0.2.7	service=imap
 * &lt; OK
 * > quota	user=alice@example.org	bytes=1048576	messages=42
 * &lt; OK
 * </pre>
 *
 * <p>Lines end in LF and hold at most 4096 bytes, fields are separated by TAB; the first is the kind, the others are
 * {@code name=value} in any order, and unknown names are ignored. Each line gets one answer, in order: {@code OK} once
 * the event cannot be lost, {@code ERR <reason>} for a line that is malformed, {@code BUSY} when the event cannot be
 * promised: too many changes are pending or the database is away. What was answered {@code BUSY} for the latter reason
 * is kept all the same while this process lives; sending it again is harmless.
 */
@NullMarked
package dev.postern.dovecot.events;

import org.jspecify.annotations.NullMarked;
