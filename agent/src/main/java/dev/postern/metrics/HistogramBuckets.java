package dev.postern.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;

/** Which durations are counted in steps, so that Prometheus can compute the slowest hundredth: flushes and lookups. */
final class HistogramBuckets implements MeterFilter {

    private static final Set<String> TIMERS = Set.of("postern.flush", "postern.lookup");

    /** From what memory takes to what Postfix does not wait for. */
    private static final double[] NANOS = Stream.of(1, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000)
            .mapToDouble(millis -> Duration.ofMillis(millis).toNanos())
            .toArray();

    @Override
    public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
        return TIMERS.contains(id.getName())
                ? DistributionStatisticConfig.builder()
                        .serviceLevelObjectives(NANOS)
                        .build()
                        .merge(config)
                : config;
    }
}
