@NullMarked
package dev.postern.pending;

import org.jspecify.annotations.NullMarked;
