/**
 * How a log line looks: one line an event on stderr, {@code key=value}, in words that Dovecot and Postfix use.
 *
 * <pre>
 * time=2026-11-23T12:00:00.123Z level=info event="relay opened" user=alice@example.org ip=192.0.2.7
 * </pre>
 *
 * {@code level} is error, warn, info, debug or trace; {@code event} a short constant. A value that is not plain ASCII
 * without blanks, quotes, {@code =} and backslashes stands in quotes, with {@code \"}, {@code \\}, {@code \n},
 * {@code \r}, {@code \t} and {@code \}{@code uXXXX} inside: whatever a peer sends, it cannot end a line or begin a key.
 * A value longer than 500 characters is cut and ends with {@code …}. An exception is
 * {@code error="class: message: class: message"}, the chain of its causes; at level debug a {@code stack} follows on
 * the same line.
 *
 * <p>Of the same warning or error the first ten in ten seconds are written; then one line counts in {@code folded=} how
 * many more there were. A line that is the last to know something has the marker {@code each} and is always written.
 *
 * <p>When stderr is the systemd journal {@code time} is left out: the journal has its own.
 */
@NullMarked
package dev.postern.log;

import org.jspecify.annotations.NullMarked;
