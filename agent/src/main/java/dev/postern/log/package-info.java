/** How a log line looks. */
@NullMarked
package dev.postern.log;

import org.jspecify.annotations.NullMarked;
