/**
 * Sockets and framing, without knowledge of any protocol: Unix listeners, lines, netstrings; certificates; and
 * a command's call to one. The one filter for HTTP stands here because no other room sees a channel.
 *
 * <p>The epoll transport is used where there is one, for a reason: a hook script that has written its line shuts its
 * side down and waits for the answer, and the JDK's transport would close the connection at that. Access is decided
 * by the mode and group of the socket file alone; the JDK gives no peer credentials away.
 */
@NullMarked
package dev.postern.net;

import org.jspecify.annotations.NullMarked;
