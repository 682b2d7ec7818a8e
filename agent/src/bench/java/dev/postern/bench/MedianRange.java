package dev.postern.bench;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** A figure over all rounds: the middle one, and how far the others are from it. */
record MedianRange(double median, double min, double max) {

    /** One figure a round. */
    static MedianRange of(double... rounds) {
        double[] sorted = DoubleStream.of(rounds).sorted().toArray();
        return new MedianRange(sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
    }

    /** Each round by itself: what slows a machine down for a while slows down both. */
    static MedianRange ofRatios(double[] ours, double[] theirs) {
        return of(IntStream.range(0, ours.length)
                .mapToDouble(round -> ours[round] / theirs[round])
                .toArray());
    }

    /** As {@link #ofRatios}: by how much ours is more. */
    static MedianRange ofDifferences(double[] ours, double[] theirs) {
        return of(IntStream.range(0, ours.length)
                .mapToDouble(round -> ours[round] - theirs[round])
                .toArray());
    }
}
