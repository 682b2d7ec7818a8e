package dev.postern.bench;

/**
 * Two contestants of the same rounds.
 *
 * @param unit of both
 * @param ratio of ours to theirs
 */
record Comparison(String unit, Spread ours, Spread theirs, Spread ratio) {

    /** One figure a round on either side. */
    static Comparison of(String unit, double[] ours, double[] theirs) {
        return new Comparison(unit, Spread.of(ours), Spread.of(theirs), Spread.ofRatios(ours, theirs));
    }
}
