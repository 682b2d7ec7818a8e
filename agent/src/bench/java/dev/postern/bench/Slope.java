package dev.postern.bench;

import java.util.ArrayList;
import java.util.List;

/** Samples of one figure over time, and how it grows: the least squares' line through the second half of them. */
final class Slope {

    private record Sample(double hours, double value) {}

    private final List<Sample> samples = new ArrayList<>();
    private final long begin = System.nanoTime();

    void add(double value) {
        samples.add(new Sample((System.nanoTime() - begin) / 3.6e12, value));
    }

    /** Growth an hour. In the first half Java compiles and caches fill. */
    double perHour() {
        List<Sample> counted = samples.subList(samples.size() / 2, samples.size());
        double hours = counted.stream().mapToDouble(Sample::hours).average().orElse(0);
        double value = counted.stream().mapToDouble(Sample::value).average().orElse(0);
        double products = 0;
        double squares = 0;
        for (Sample sample : counted) {
            products += (sample.hours() - hours) * (sample.value() - value);
            squares += (sample.hours() - hours) * (sample.hours() - hours);
        }
        return squares == 0 ? 0 : products / squares;
    }

    MedianRange spread() {
        return MedianRange.of(samples.stream().mapToDouble(Sample::value).toArray());
    }
}
