package dev.postern.bench;

import java.util.Arrays;

/**
 * What one run gave.
 *
 * @param rate units of work a second
 * @param median how long a unit took, in microseconds; not a number where units were not timed
 * @param p99 the same, of which 1 in 100 took longer
 */
record Measurement(double rate, double median, double p99) {

    /** Where units were counted only. */
    static Measurement of(long done, long nanos) {
        return new Measurement(done / (nanos / 1e9), Double.NaN, Double.NaN);
    }

    /** Where each unit's nanoseconds are known. */
    static Measurement of(long[] units, long nanos) {
        long[] sorted = units.clone();
        Arrays.sort(sorted);
        return new Measurement(
                units.length / (nanos / 1e9),
                sorted[sorted.length / 2] / 1e3,
                sorted[(int) (sorted.length * 0.99)] / 1e3);
    }
}
