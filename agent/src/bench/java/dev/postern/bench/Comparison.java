package dev.postern.bench;

/**
 * Two contestants of the same rounds.
 *
 * @param unit of both
 * @param ratio of ours to theirs
 */
record Comparison(String unit, MedianRange ours, MedianRange theirs, MedianRange ratio) {

    /** One figure a round on either side. */
    static Comparison of(String unit, double[] ours, double[] theirs) {
        return new Comparison(unit, MedianRange.of(ours), MedianRange.of(theirs), MedianRange.ofRatios(ours, theirs));
    }
}
