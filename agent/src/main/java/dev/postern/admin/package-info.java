/**
 * What an administrator may write: domains, mailboxes, passwords, limits, subscriptions. Rules without I/O; {@code
 * admin.store} has the SQL, one transaction a change, with its line of the audit in it.
 *
 * <p>The commands use these classes, and whatever else administers is to: a rule stands once.
 */
@NullMarked
package dev.postern.admin;

import org.jspecify.annotations.NullMarked;
