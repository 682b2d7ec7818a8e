/**
 * The host as {@code postern check} sees it: programs, accounts, and what an account may do with a path. Everything is read,
 * nothing is changed, and nobody's place is taken: whether user postfix may connect somewhere is reckoned from modes and
 * groups.
 */
@NullMarked
package dev.postern.check.host;

import org.jspecify.annotations.NullMarked;
