package dev.postern.database;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the database takes what it is given; one log line a change, and {@code postern_mysql_up}. */
final class Availability {

    private enum AvailabilityState {
        UNKNOWN,
        UP,
        DOWN
    }

    private static final Logger log = LoggerFactory.getLogger(Availability.class);

    private final String where;

    /** Codes of the reasons already logged. */
    private final Set<String> reported = new HashSet<>();

    private AvailabilityState state = AvailabilityState.UNKNOWN;

    /**
     * Not known yet.
     *
     * @param where the database's address, for the log
     */
    Availability(String where, MeterRegistry meters) {
        this.where = where;
        Gauge.builder("postern.mysql.up", this, self -> self.isUp() ? 1 : 0)
                .strongReference(true)
                .register(meters);
    }

    boolean isUp() {
        return state == AvailabilityState.UP;
    }

    void up() {
        if (state != AvailabilityState.UP) {
            state = AvailabilityState.UP;
            reported.clear();
            log.atInfo().addKeyValue("mysql", where).log("database up");
        }
    }

    /** Logs a further reason once; reasons that alternate are not logged again. */
    void down(DatabaseError error) {
        if (reported.add(error.code())) {
            log.atError()
                    .addKeyValue("mysql", where)
                    .addKeyValue("reason", error.text())
                    .log(state == AvailabilityState.DOWN ? "database still down" : "database down");
        }
        state = AvailabilityState.DOWN;
    }
}
