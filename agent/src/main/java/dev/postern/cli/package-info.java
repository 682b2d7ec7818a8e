/** The command line: contract §3. */
@NullMarked
package dev.postern.cli;

import org.jspecify.annotations.NullMarked;
