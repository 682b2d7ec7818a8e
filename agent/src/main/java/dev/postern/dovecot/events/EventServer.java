package dev.postern.dovecot.events;

import dev.postern.model.Timers;
import dev.postern.net.SessionServer;
import dev.postern.net.UnixListener;
import dev.postern.pending.EventIntake;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/** The events socket. */
public final class EventServer implements EventIntake.DurabilityListener {

    private final EventIntake intake;
    private final SessionServer<EventSession> server;

    public EventServer(
            Vertx vertx,
            EventIntake intake,
            InstantSource clock,
            Timers timers,
            MeterRegistry meters,
            UnixListener.ListenerOptions options) {
        this.intake = intake;
        EventMetrics counters = new EventMetrics(meters, "socket");
        ReadThrottle turns = new ReadThrottle(timers);
        this.server = new SessionServer<>(
                vertx, options, meters, peer -> new EventSession(peer, intake, clock, turns, counters));
    }

    /** Listens; fails with a {@link dev.postern.net.ListenException}. */
    public Future<Void> start() {
        intake.listen(this);
        return server.start();
    }

    /** Takes no further line, answers what is owed, then closes every connection and removes the socket file. */
    public Future<Void> close() {
        return server.close();
    }

    @Override
    public void durable(long upTo) {
        server.forEachAwaitingReplies(session -> session.settled(upTo));
    }

    @Override
    public void stalled() {
        server.forEachAwaitingReplies(EventSession::stalled);
    }
}
