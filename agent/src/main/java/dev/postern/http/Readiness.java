package dev.postern.http;

import com.fasterxml.jackson.annotation.JsonValue;
import io.vertx.core.Future;
import java.util.Locale;
import java.util.Map;

/**
 * Whether the agent can take events, and the state of each of its parts.
 *
 * @param sockets by the configuration's section, and key where it has several
 */
public record Readiness(State status, Part mysql, Part journal, Part spool, Map<String, Part> sockets) {

    /** Of the whole. */
    public enum State {
        READY,
        UNAVAILABLE;

        @JsonValue
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Of one part; off is what the configuration does not have. */
    public enum Part {
        UP,
        DOWN,
        OFF;

        public static Part of(boolean works) {
            return works ? UP : DOWN;
        }

        @JsonValue
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Who knows. */
    @FunctionalInterface
    public interface Source {
        Future<Readiness> now();
    }

    /** Ready is who can keep what is accepted. */
    public static Readiness of(Part mysql, Part journal, Part spool, Map<String, Part> sockets) {
        boolean keeps = mysql == Part.UP || journal == Part.UP;
        return new Readiness(keeps ? State.READY : State.UNAVAILABLE, mysql, journal, spool, sockets);
    }
}
