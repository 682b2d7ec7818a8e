package dev.postern.dovecot.events;

import dev.postern.model.Timers;
import dev.postern.net.SessionServer;
import dev.postern.net.UnixListener;
import dev.postern.pending.Intake;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/** The events socket. */
public final class EventServer implements Intake.Listener {

    private final Intake intake;
    private final SessionServer<EventSession> server;

    public EventServer(
            Vertx vertx,
            Intake intake,
            InstantSource clock,
            Timers timers,
            MeterRegistry meters,
            UnixListener.Options options) {
        this.intake = intake;
        EventCounters counters = new EventCounters(meters, "socket");
        ReadingTurns turns = new ReadingTurns(timers);
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
    public void settled(long upTo) {
        server.tellOwing(session -> session.settled(upTo));
    }

    @Override
    public void stalled() {
        server.tellOwing(EventSession::stalled);
    }
}
