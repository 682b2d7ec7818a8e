/**
 * {@code postern check}: looks at the host, the database, Dovecot, Postfix and the running agent, and
 * reports all problems at once, each with the line that fixes it. Changes nothing.
 *
 * <p>One package for each that is looked at. A check is a class that is given what it looks at and reports what it
 * found to the {@link dev.postern.check.report.CheckReport}; {@link dev.postern.check.HostChecks} puts them in order.
 * What cannot be looked at here, because a program is missing or root is needed, is reported and counts as nothing.
 */
@NullMarked
package dev.postern.check;

import org.jspecify.annotations.NullMarked;
