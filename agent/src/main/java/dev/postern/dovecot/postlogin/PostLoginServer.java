package dev.postern.dovecot.postlogin;

import dev.postern.model.Timers;
import dev.postern.net.SessionServer;
import dev.postern.net.UnixListener;
import dev.postern.pending.EventIntake;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/** The post-login socket of one of Dovecot's services. */
public final class PostLoginServer {

    /** Dovecot connects as root. Another client would only see its own line come back, or record false logins. */
    public static final int MODE = 0600;

    private final SessionServer<PostLoginSession> server;

    /**
     * A server that is not started yet.
     *
     * @param service {@code imap}, {@code pop3}, …
     */
    public PostLoginServer(
            Vertx vertx,
            UnixListener.ListenerOptions options,
            String service,
            EventIntake intake,
            InstantSource clock,
            Timers timers,
            MeterRegistry meters) {
        PostLoginMetrics counters = new PostLoginMetrics(meters);
        this.server = new SessionServer<>(
                vertx, options, meters, peer -> new PostLoginSession(peer, service, intake, clock, timers, counters));
    }

    /** Listens; fails with a {@link dev.postern.net.ListenException}. */
    public Future<Void> start() {
        return server.start();
    }

    /** Closes every connection and removes the socket file. From then on no login to this service succeeds. */
    public Future<Void> close() {
        return server.close();
    }
}
