/**
 * The host as {@code postern check} sees it: programs, accounts, and what an account may do with a path. Everything is
 * read, nothing is changed, and no account is assumed: whether user postfix may connect somewhere is computed from
 * modes and groups.
 */
@NullMarked
package dev.postern.check.host;

import org.jspecify.annotations.NullMarked;
