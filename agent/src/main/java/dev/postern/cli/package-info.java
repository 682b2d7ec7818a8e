/**
 * The command line: contract §3. Each command is a class that prints what it has to say and returns one of {@link
 * dev.postern.cli.ExitCode}; what an administrator can mend is a line without a stack trace.
 *
 * <p>The daemon and the trial come in through the one-method interfaces {@link dev.postern.cli.AgentRunner} and {@link
 * dev.postern.cli.DemoRunner}.
 */
@NullMarked
package dev.postern.cli;

import org.jspecify.annotations.NullMarked;
