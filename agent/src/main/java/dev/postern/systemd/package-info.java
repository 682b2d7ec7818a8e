/**
 * Notifications to the service manager that started the agent: sd_notify(3). One datagram each to the socket that
 * {@code NOTIFY_SOCKET} names:
 *
 * <pre>
 * READY=1      every socket is open
 * STOPPING=1   nothing more is taken in
 * WATCHDOG=1   the event loop turns; twice in the time that WATCHDOG_USEC gives
 * </pre>
 *
 * <p>Without that variable nothing is sent. A manager that does not listen does not stop the agent.
 */
@NullMarked
package dev.postern.systemd;

import org.jspecify.annotations.NullMarked;
