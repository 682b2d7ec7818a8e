/** The events socket and the spool: contract §5. */
@NullMarked
package dev.postern.events;

import org.jspecify.annotations.NullMarked;
