@NullMarked
package dev.postern.quota;

import org.jspecify.annotations.NullMarked;
