/**
 * Postfix as {@code postconf} prints it: whether it asks for recent logins and full mailboxes where that is safe; goes
 * on as it should while the agent is away; reaches its servers; and gets from its tables what the agent answers.
 */
@NullMarked
package dev.postern.check.postfix;

import org.jspecify.annotations.NullMarked;
