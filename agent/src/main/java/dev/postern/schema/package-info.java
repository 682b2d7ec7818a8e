/** Applying schema/ to a database: {@code postern migrate}. */
@NullMarked
package dev.postern.schema;

import org.jspecify.annotations.NullMarked;
