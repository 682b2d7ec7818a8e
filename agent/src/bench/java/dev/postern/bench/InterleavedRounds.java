package dev.postern.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs contestants in turn, several rounds, and prints medians and ratios: single times on a shared machine mean
 * nothing.
 */
final class InterleavedRounds {

    /** One measured run: how much was done in how long. */
    @FunctionalInterface
    interface RoundRun {
        /**
         * Does it once.
         *
         * @return how many units of work were done
         */
        long once() throws Exception;
    }

    /** One measured run whose every unit of work is timed. */
    @FunctionalInterface
    interface TimedRoundRun {
        /**
         * Does it once.
         *
         * @return how long each unit took, in nanoseconds
         */
        long[] once() throws Exception;
    }

    private interface MeasuredRun {
        Measurement once() throws Exception;
    }

    private record Contestant(MeasuredRun run, List<Measurement> outcomes) {}

    private final int rounds;
    private final Map<String, Contestant> contestants = new LinkedHashMap<>();
    private final List<String> bases = new ArrayList<>();

    InterleavedRounds(int rounds) {
        this.rounds = rounds;
    }

    InterleavedRounds with(String name, RoundRun run) {
        return add(name, () -> {
            long start = System.nanoTime();
            long done = run.once();
            return Measurement.of(done, System.nanoTime() - start);
        });
    }

    InterleavedRounds timed(String name, TimedRoundRun run) {
        return add(name, () -> {
            long start = System.nanoTime();
            long[] units = run.once();
            return Measurement.of(units, System.nanoTime() - start);
        });
    }

    private InterleavedRounds add(String name, MeasuredRun run) {
        contestants.put(name, new Contestant(run, new ArrayList<>()));
        return this;
    }

    /** One more contestant to which all are compared; by default the last one. */
    InterleavedRounds beside(String name) {
        bases.add(name);
        return this;
    }

    /** Runs and prints a table. One more round goes first and is not counted. */
    RoundsTable run(String title) throws Exception {
        for (int round = -1; round < rounds; round++) {
            for (Contestant contestant : contestants.values()) {
                Measurement outcome = contestant.run().once();
                if (round >= 0) {
                    contestant.outcomes().add(outcome);
                }
            }
        }
        RoundsTable table = new RoundsTable(title, bases.isEmpty() ? List.of(last()) : bases);
        contestants.forEach((name, contestant) -> table.row(name, contestant.outcomes()));
        table.print();
        return table;
    }

    private String last() {
        return contestants.keySet().stream().reduce((first, last) -> last).orElseThrow();
    }
}
