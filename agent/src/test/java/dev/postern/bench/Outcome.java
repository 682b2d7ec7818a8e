package dev.postern.bench;

/**
 * What one run gave.
 *
 * @param rate units of work a second
 * @param median how long a unit took, in microseconds; not a number where units were not timed
 * @param p99 the same, of which 1 in 100 took longer
 */
record Outcome(double rate, double median, double p99) {}
