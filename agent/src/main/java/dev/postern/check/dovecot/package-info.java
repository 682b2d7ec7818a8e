/**
 * Dovecot 2.3 and 2.4 as {@code doveconf} prints them: whether each login and each mailbox's figures reach the agent,
 * by whichever of the ways of {@code dovecot/} is configured, and whether the processes that have to reach a socket
 * can.
 */
@NullMarked
package dev.postern.check.dovecot;

import org.jspecify.annotations.NullMarked;
