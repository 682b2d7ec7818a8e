package dev.postern.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
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

    /** One measured run whose every unit of work is timed. */
    @FunctionalInterface
    interface TimedRun {
        /**
         * Does it once.
         *
         * @return how long each unit took, in nanoseconds
         */
        long[] once() throws Exception;
    }

    private record Contestant(TimedRun run, boolean timed, List<Outcome> outcomes) {}

    private final int rounds;
    private final Map<String, Contestant> contestants = new LinkedHashMap<>();
    private final List<String> bases = new ArrayList<>();

    Rounds(int rounds) {
        this.rounds = rounds;
    }

    Rounds with(String name, Run run) {
        contestants.put(name, new Contestant(() -> new long[(int) run.once()], false, new ArrayList<>()));
        return this;
    }

    Rounds timed(String name, TimedRun run) {
        contestants.put(name, new Contestant(run, true, new ArrayList<>()));
        return this;
    }

    /** One more to which all are put in relation; when nobody is named, that is the last contestant. */
    Rounds beside(String name) {
        bases.add(name);
        return this;
    }

    /** Runs and prints a table. One more round goes first and is not counted. */
    Table run(String title) throws Exception {
        for (int round = -1; round < rounds; round++) {
            for (Contestant contestant : contestants.values()) {
                Outcome outcome = once(contestant);
                if (round >= 0) {
                    contestant.outcomes().add(outcome);
                }
            }
        }
        Table table = new Table(title, bases.isEmpty() ? List.of(last()) : bases);
        contestants.forEach((name, contestant) -> table.row(name, contestant.outcomes()));
        table.print();
        return table;
    }

    private static Outcome once(Contestant contestant) throws Exception {
        long start = System.nanoTime();
        long[] nanos = contestant.run().once();
        double rate = nanos.length / ((System.nanoTime() - start) / 1e9);
        if (!contestant.timed() || nanos.length == 0) {
            return new Outcome(rate, Double.NaN, Double.NaN);
        }
        Arrays.sort(nanos);
        return new Outcome(rate, nanos[nanos.length / 2] / 1e3, nanos[(int) (nanos.length * 0.99)] / 1e3);
    }

    private String last() {
        return contestants.keySet().stream().reduce((first, last) -> last).orElseThrow();
    }
}
