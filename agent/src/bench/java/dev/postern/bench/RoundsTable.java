package dev.postern.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Medians, spread and ratios of all rounds: on standard output, and as a file in {@code target/bench/}. */
final class RoundsTable {

    private static final Path FILES = Path.of("target", "bench");

    private final String title;
    private final List<String> bases;
    private final Map<String, List<Measurement>> rows = new LinkedHashMap<>();

    /** A table whose rates are put in relation to these rows'. */
    RoundsTable(String title, List<String> bases) {
        this.title = title;
        this.bases = List.copyOf(bases);
    }

    void row(String name, List<Measurement> outcomes) {
        rows.put(name, outcomes);
    }

    /** Of rates; the middle one of all rounds. */
    double rate(String name) {
        return median(rows.get(name), Measurement::rate);
    }

    /** Of two rows' rates. */
    Comparison rates(String ours, String theirs) {
        return Comparison.of("/s", rounds(ours, Measurement::rate), rounds(theirs, Measurement::rate));
    }

    /** Of how long a unit of work took in the middle. */
    Comparison medians(String ours, String theirs) {
        return Comparison.of("µs", rounds(ours, Measurement::median), rounds(theirs, Measurement::median));
    }

    /** One figure of a row, round by round. */
    double[] rounds(String name, ToDoubleFunction<Measurement> figure) {
        return rows.get(name).stream().mapToDouble(figure).toArray();
    }

    void print() throws IOException {
        StringBuilder text =
                new StringBuilder(String.format("%n%-72s%10s%10s%10s", title, "median/s", "min/s", "max/s"));
        StringBuilder csv = new StringBuilder("what,median_per_s,min_per_s,max_per_s,median_us,p99_us");
        for (String base : bases) {
            text.append(String.format("%8s", "ratio"));
            csv.append(",ratio to ").append(quoted(base));
        }
        text.append(isTimed() ? String.format("%12s%12s%n", "median us", "p99 us") : "\n");
        csv.append('\n');
        for (String name : rows.keySet()) {
            line(name, text, csv);
        }
        for (int i = 0; i < bases.size(); i++) {
            text.append(String.format("  (%s ratio: to %s)%n", i + 1, bases.get(i)));
        }
        System.out.print(text);
        Files.createDirectories(FILES);
        Files.writeString(FILES.resolve(fileName()), csv);
    }

    private void line(String name, StringBuilder text, StringBuilder csv) {
        double[] rates = sorted(rows.get(name), Measurement::rate);
        double middle = rate(name);
        double median = median(rows.get(name), Measurement::median);
        double p99 = median(rows.get(name), Measurement::p99);
        text.append(String.format("%-72s%10.0f%10.0f%10.0f", "  " + name, middle, rates[0], rates[rates.length - 1]));
        csv.append(quoted(name))
                .append(String.format(
                        Locale.ROOT,
                        ",%.1f,%.1f,%.1f,%.1f,%.1f",
                        middle,
                        rates[0],
                        rates[rates.length - 1],
                        median,
                        p99));
        for (String base : bases) {
            text.append(String.format("%8.2f", middle / rate(base)));
            csv.append(String.format(Locale.ROOT, ",%.3f", middle / rate(base)));
        }
        text.append(Double.isNaN(median) ? "\n" : String.format("%12.0f%12.0f%n", median, p99));
        csv.append('\n');
    }

    private boolean isTimed() {
        return rows.values().stream().flatMap(List::stream).anyMatch(outcome -> !Double.isNaN(outcome.median()));
    }

    private String fileName() {
        return title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + ".csv";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }

    private static double median(List<Measurement> outcomes, ToDoubleFunction<Measurement> figure) {
        double[] sorted = sorted(outcomes, figure);
        return sorted[sorted.length / 2];
    }

    private static double[] sorted(List<Measurement> outcomes, ToDoubleFunction<Measurement> figure) {
        return new ArrayList<>(outcomes).stream().mapToDouble(figure).sorted().toArray();
    }
}
