/** MySQL: everything that speaks SQL. */
@NullMarked
package dev.postern.store;

import org.jspecify.annotations.NullMarked;
