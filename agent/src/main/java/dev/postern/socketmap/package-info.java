/** Postfix's socketmap_table protocol: contract §9. */
@NullMarked
package dev.postern.socketmap;

import org.jspecify.annotations.NullMarked;
