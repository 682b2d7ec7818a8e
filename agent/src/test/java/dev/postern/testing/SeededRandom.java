package dev.postern.testing;

import java.util.Random;

/** Random input that can be repeated. */
public final class SeededRandom {

    private SeededRandom() {}

    /** A generator whose seed is printed; {@code -Dpostern.seed=} repeats a run. */
    public static Random random() {
        long seed = Long.getLong("postern.seed", System.nanoTime());
        System.out.println("-Dpostern.seed=" + seed);
        return new Random(seed);
    }
}
