/**
 * Questions from Postfix, whatever protocol they come by: counted, answered within a deadline, and each exactly once
 * and in its turn. Knows no protocol and no socket.
 */
@NullMarked
package dev.postern.postfix.lookup;

import org.jspecify.annotations.NullMarked;
