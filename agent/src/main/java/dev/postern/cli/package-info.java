/**
 * The command line. Each command is a class that prints its output and returns one of {@link
 * dev.postern.cli.ExitCode}; what an administrator can fix is a line without a stack trace.
 *
 * <p>The daemon and the trial come in through the one-method interfaces {@link dev.postern.cli.AgentRunner} and {@link
 * dev.postern.cli.DemoRunner}.
 */
@NullMarked
package dev.postern.cli;

import org.jspecify.annotations.NullMarked;
