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
public record Readiness(
        ReadinessState status,
        ComponentStatus mysql,
        ComponentStatus journal,
        ComponentStatus spool,
        Map<String, ComponentStatus> sockets) {

    /** Of the whole. */
    public enum ReadinessState {
        READY,
        UNAVAILABLE;

        @JsonValue
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Of one part; off is what the configuration does not have. */
    public enum ComponentStatus {
        UP,
        DOWN,
        OFF;

        public static ComponentStatus of(boolean works) {
            return works ? UP : DOWN;
        }

        @JsonValue
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The source of the states. */
    @FunctionalInterface
    public interface ReadinessSource {
        Future<Readiness> now();
    }

    /** The agent is ready when it can keep what it accepts. */
    public static Readiness of(
            ComponentStatus mysql,
            ComponentStatus journal,
            ComponentStatus spool,
            Map<String, ComponentStatus> sockets) {
        boolean keeps = mysql == ComponentStatus.UP || journal == ComponentStatus.UP;
        return new Readiness(keeps ? ReadinessState.READY : ReadinessState.UNAVAILABLE, mysql, journal, spool, sockets);
    }
}
