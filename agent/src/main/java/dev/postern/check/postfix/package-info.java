/**
 * Postfix as {@code postconf} tells of it: whether it asks who has logged in, and who is over quota, where that is safe; goes
 * on as it should while nobody answers; reaches who does; and is told by its tables what the agent tells.
 */
@NullMarked
package dev.postern.check.postfix;

import org.jspecify.annotations.NullMarked;
