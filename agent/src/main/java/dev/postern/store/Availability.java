package dev.postern.store;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the database answers; one log line a change, and {@code postern_mysql_up}. */
final class Availability {

    private enum State {
        UNKNOWN,
        UP,
        DOWN
    }

    private static final Logger log = LoggerFactory.getLogger(Availability.class);

    private final String where;
    private State state = State.UNKNOWN;

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
        return state == State.UP;
    }

    void up() {
        if (state != State.UP) {
            state = State.UP;
            log.atInfo().addKeyValue("mysql", where).log("database up");
        }
    }

    void down(Trouble trouble) {
        if (state != State.DOWN) {
            state = State.DOWN;
            log.atError()
                    .addKeyValue("mysql", where)
                    .addKeyValue("reason", trouble.text())
                    .log("database down");
        }
    }
}
