/**
 * Wiring and life of the process: {@link dev.postern.agent.Agent} builds every room in the order in which data flows,
 * {@link dev.postern.agent.Listeners} opens the sockets last, {@link dev.postern.agent.AgentProcess} starts and stops
 * it all. The one package that knows all others.
 */
@NullMarked
package dev.postern.agent;

import org.jspecify.annotations.NullMarked;
