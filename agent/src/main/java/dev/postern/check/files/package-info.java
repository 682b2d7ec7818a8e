/**
 * The files and directories that the configuration names: there, safe, and of use to the account that the agent runs
 * as.
 */
@NullMarked
package dev.postern.check.files;

import org.jspecify.annotations.NullMarked;
