package dev.postern.dovecot.dict;

import dev.postern.mailbox.MailboxView;
import dev.postern.model.Timers;
import dev.postern.net.SessionServer;
import dev.postern.net.UnixListener;
import dev.postern.pending.EventIntake;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/** The dict socket. */
public final class DictServer implements EventIntake.DurabilityListener {

    private final EventIntake intake;
    private final SessionServer<DictSession> server;

    public DictServer(
            Vertx vertx,
            UnixListener.ListenerOptions options,
            EventIntake intake,
            MailboxView view,
            InstantSource clock,
            Timers timers,
            MeterRegistry meters) {
        this.intake = intake;
        DictMetrics counted = new DictMetrics(meters);
        DictLookups lookups = new DictLookups(view, timers, counted);
        IncrementingRoot root = new IncrementingRoot();
        this.server = new SessionServer<>(
                vertx,
                options,
                meters,
                peer -> new DictSession(peer, new DictCommits(intake, view, counted), lookups, root, clock, counted));
    }

    /** Listens; fails with a {@link dev.postern.net.ListenException}. */
    public Future<Void> start() {
        intake.listen(this);
        return server.start();
    }

    /** Takes no further request, answers what is owed, then closes every connection and removes the socket file. */
    public Future<Void> close() {
        return server.close();
    }

    @Override
    public void durable(long upTo) {
        server.forEachAwaitingReplies(session -> session.settled(upTo));
    }

    @Override
    public void stalled() {
        server.forEachAwaitingReplies(DictSession::stalled);
    }
}
