package dev.postern.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs contestants in turn, several rounds, and prints medians and ratios: single times on a shared machine say nothing. */
final class Rounds {

    /** One measured run: how much was done in how long. */
    @FunctionalInterface
    interface Run {
        /**
         * Does it once.
         *
         * @return how many units of work were done
         */
        long once() throws Exception;
    }

    private final int rounds;
    private final Map<String, Run> contestants = new LinkedHashMap<>();

    Rounds(int rounds) {
        this.rounds = rounds;
    }

    Rounds with(String name, Run run) {
        contestants.put(name, run);
        return this;
    }

    /** Runs and prints a table; ratios are to the last contestant. One more round goes first and is not counted. */
    Map<String, Double> run(String title) throws Exception {
        Map<String, double[]> rates = new LinkedHashMap<>();
        for (int round = -1; round < rounds; round++) {
            for (var contestant : contestants.entrySet()) {
                double rate = rate(contestant.getValue());
                if (round >= 0) {
                    rates.computeIfAbsent(contestant.getKey(), name -> new double[rounds])[round] = rate;
                }
            }
        }
        return print(title, rates);
    }

    private static double rate(Run run) throws Exception {
        long start = System.nanoTime();
        long done = run.once();
        return done / ((System.nanoTime() - start) / 1e9);
    }

    private static Map<String, Double> print(String title, Map<String, double[]> rates) {
        Map<String, Double> medians = new LinkedHashMap<>();
        rates.forEach((name, values) -> {
            Arrays.sort(values);
            medians.put(name, values[values.length / 2]);
        });
        double base = medians.values().stream().reduce((first, last) -> last).orElseThrow();
        System.out.printf("%n%-60s %12s %12s %12s %8s%n", title, "median/s", "min/s", "max/s", "ratio");
        rates.forEach((name, values) -> System.out.printf(
                "%-60s %12.0f %12.0f %12.0f %8.2f%n",
                "  " + name, medians.get(name), values[0], values[values.length - 1], medians.get(name) / base));
        return medians;
    }
}
