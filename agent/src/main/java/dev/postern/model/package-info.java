/**
 * What Postern knows and decides, without any I/O: addresses, events, the ledger of what is not yet in MySQL, relay
 * windows, and the answers to Postfix's questions.
 *
 * <p>Imports nothing but {@code java.*} (checked by ArchitectureTest). Time is always passed in. Everything here is used
 * from one thread, the event loop, and holds no locks.
 */
@NullMarked
package dev.postern.model;

import org.jspecify.annotations.NullMarked;
