package dev.postern.postfix.lookup;

import static java.util.Objects.requireNonNull;

import dev.postern.model.LookupResult;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lookup as a server serves it: what answers, and the figures of it. No label ever holds a key.
 *
 * @param <Q> the question
 */
public final class MeteredLookup<Q> {

    private static final Logger log = LoggerFactory.getLogger(MeteredLookup.class);

    private final String name;
    private final LookupHandler<Q> lookup;
    private final Map<LookupOutcome, Counter> counters = new EnumMap<>(LookupOutcome.class);
    private final Timer timer;
    private long failures;

    /**
     * Nothing asked so far.
     *
     * @param name the label {@code map} of the metrics
     */
    public MeteredLookup(String name, LookupHandler<Q> lookup, MeterRegistry meters) {
        this.name = name;
        this.lookup = lookup;
        this.timer = meters.timer("postern.lookup", "map", name);
        for (LookupOutcome outcome : LookupOutcome.values()) {
            counters.put(outcome, meters.counter("postern.lookups", "map", name, "answer", outcome.label()));
        }
    }

    /** Asks; never throws. */
    Future<LookupResult> answer(Q question) {
        try {
            return lookup.answer(question);
        } catch (RuntimeException bug) {
            return Future.failedFuture(bug);
        }
    }

    /** Logs a failure; of many only the first, second, fourth, eighth …, since peers decide how often it happens. */
    void report(Throwable failure) {
        failures++;
        if (Long.bitCount(failures) == 1) {
            log.atError()
                    .addKeyValue("map", name)
                    .addKeyValue("failures", failures)
                    .setCause(failure)
                    .log("lookup failed");
        }
    }

    void count(LookupOutcome outcome, long nanos) {
        requireNonNull(counters.get(outcome)).increment();
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }
}
