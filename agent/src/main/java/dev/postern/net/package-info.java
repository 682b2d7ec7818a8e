/** Sockets and framing, without knowledge of any protocol: Unix listeners, lines, netstrings. */
@NullMarked
package dev.postern.net;

import org.jspecify.annotations.NullMarked;
