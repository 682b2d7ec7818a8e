package dev.postern.dovecot.events;

import dev.postern.model.Event;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;

/** {@code postern_events_total{kind,source}} and {@code postern_events_rejected_total{reason}}. */
final class EventMetrics {

    private final Counter logins;
    private final Counter quotas;
    private final Counter truncated;
    private final Map<Rejection, Counter> rejected = new EnumMap<>(Rejection.class);

    EventMetrics(MeterRegistry meters, String source) {
        logins = meters.counter("postern.events", "kind", "login", "source", source);
        quotas = meters.counter("postern.events", "kind", "quota", "source", source);
        truncated = meters.counter("postern.events.rejected", "reason", "truncated");
        for (Rejection rejection : Rejection.values()) {
            rejected.put(rejection, meters.counter("postern.events.rejected", "reason", rejection.reason()));
        }
    }

    void accepted(Event event) {
        (event instanceof Event.Login ? logins : quotas).increment();
    }

    void rejected(Rejection why) {
        Counter counter = rejected.get(why);
        if (counter != null) {
            counter.increment();
        }
    }

    /** A peer went away in the middle of a line. */
    void truncated() {
        truncated.increment();
    }
}
