package dev.postern.dovecot.quotawarning;

import dev.postern.model.Timers;
import dev.postern.net.SessionServer;
import dev.postern.net.UnixListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Consumer;

/** A socket for {@code quota_warning} or for {@code quota_over_script}. */
public final class WarningServer {

    private final SessionServer<WarningSession> server;

    private WarningServer(
            Vertx vertx,
            UnixListener.ListenerOptions options,
            WarningMetrics warnings,
            Consumer<ScriptCall> calls,
            Timers timers,
            MeterRegistry meters) {
        this.server = new SessionServer<>(
                vertx, options, meters, peer -> new WarningSession(peer, calls, warnings::malformed, timers));
    }

    /** The socket that a {@code quota_warning} names. */
    public static WarningServer quota(
            Vertx vertx, UnixListener.ListenerOptions options, Timers timers, MeterRegistry meters) {
        WarningMetrics warnings = new WarningMetrics(meters);
        return new WarningServer(vertx, options, warnings, warnings::quota, timers, meters);
    }

    /** The socket that {@code quota_over_script} names. */
    public static WarningServer over(
            Vertx vertx, UnixListener.ListenerOptions options, Timers timers, MeterRegistry meters) {
        WarningMetrics warnings = new WarningMetrics(meters);
        return new WarningServer(vertx, options, warnings, warnings::over, timers, meters);
    }

    /** Listens; fails with a {@link dev.postern.net.ListenException}. */
    public Future<Void> start() {
        return server.start();
    }

    /** Closes every connection and removes the socket file. */
    public Future<Void> close() {
        return server.close();
    }
}
