/**
 * The running agent: it listens where the configuration has it listen, answers, and takes a login. Each question is
 * about an unused address, and so without any effect.
 */
@NullMarked
package dev.postern.check.agent;

import org.jspecify.annotations.NullMarked;
