package dev.postern.socketmap;

import static java.util.Objects.requireNonNull;

import dev.postern.core.Answer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A map as this room serves it: what answers, and the figures of it. No label ever holds a key. */
final class ServedMap {

    private static final Logger log = LoggerFactory.getLogger(ServedMap.class);

    private final String name;
    private final Lookup lookup;
    private final Map<Outcome, Counter> counters = new EnumMap<>(Outcome.class);
    private final Timer timer;
    private long failures;

    ServedMap(String name, Lookup lookup, MeterRegistry meters) {
        this.name = name;
        this.lookup = lookup;
        this.timer = meters.timer("postern.lookup", "map", name);
        for (Outcome outcome : Outcome.values()) {
            counters.put(outcome, meters.counter("postern.lookups", "map", name, "answer", outcome.label()));
        }
    }

    /** Asks; never throws. */
    Future<Answer> answer(String key) {
        try {
            return lookup.answer(key);
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

    void count(Outcome outcome, long nanos) {
        requireNonNull(counters.get(outcome)).increment();
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }
}
