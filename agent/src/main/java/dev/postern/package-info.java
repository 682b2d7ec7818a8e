/**
 * Postern, a Dovecot post-login hook and quota accounting agent. {@link dev.postern.Main} reads the command line,
 * {@code Agent} wires the rooms in the order in which data flows; each package below is one room.
 */
@NullMarked
package dev.postern;

import org.jspecify.annotations.NullMarked;
