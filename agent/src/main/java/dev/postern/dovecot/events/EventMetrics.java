package dev.postern.dovecot.events;

import dev.postern.model.Event;
import dev.postern.model.EventKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** {@code postern_events_total{kind,source}} and {@code postern_events_rejected_total{reason}}. */
final class EventMetrics {

    private final Map<EventKind, Counter> accepted = new EnumMap<>(EventKind.class);
    private final Counter truncated;
    private final Map<Rejection, Counter> rejected = new EnumMap<>(Rejection.class);

    EventMetrics(MeterRegistry meters, String source) {
        for (EventKind kind : EventKind.values()) {
            accepted.put(kind, meters.counter("postern.events", "kind", kind.label(), "source", source));
        }
        truncated = meters.counter("postern.events.rejected", "reason", "truncated");
        for (Rejection rejection : Rejection.values()) {
            rejected.put(rejection, meters.counter("postern.events.rejected", "reason", rejection.reason()));
        }
    }

    void accepted(Event event) {
        Objects.requireNonNull(accepted.get(event.kind())).increment();
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
