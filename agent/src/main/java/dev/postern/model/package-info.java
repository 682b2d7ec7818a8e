/**
 * Values without I/O that every room may use: addresses, mailboxes, events, changes, batches, the result of a lookup.
 *
 * <p>Imports nothing but {@code java.*} (checked by ArchitectureTest). Time is always passed in.
 */
@NullMarked
package dev.postern.model;

import org.jspecify.annotations.NullMarked;
