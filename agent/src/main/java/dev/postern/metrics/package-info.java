/**
 * What is counted, in the words of Prometheus: the registry that every room registers its figures with, what each of
 * them means, and the figures of the JVM, of Netty and of Vert.x beside them.
 *
 * <p>Of Vert.x only the HTTP server and the pools of threads are measured. Its meters for sockets and for the
 * database's client would be on the way of every login and every lookup, and show nothing that the agent's own do not.
 */
@NullMarked
package dev.postern.metrics;

import org.jspecify.annotations.NullMarked;
