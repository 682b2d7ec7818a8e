package dev.postern.dovecot.dict;

import dev.postern.mailbox.Directory;
import dev.postern.model.Timers;
import dev.postern.net.SessionServer;
import dev.postern.net.UnixListener;
import dev.postern.pending.Intake;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/** The dict socket. */
public final class DictServer implements Intake.Listener {

    private final Intake intake;
    private final SessionServer<DictSession> server;

    public DictServer(
            Vertx vertx,
            UnixListener.Options options,
            Intake intake,
            Directory directory,
            InstantSource clock,
            Timers timers,
            MeterRegistry meters) {
        this.intake = intake;
        DictMeters counted = new DictMeters(meters);
        Lookups lookups = new Lookups(directory, timers, counted);
        this.server = new SessionServer<>(
                vertx,
                options,
                meters,
                peer -> new DictSession(peer, new Commits(intake, directory, counted), lookups, clock, counted));
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
    public void settled(long upTo) {
        server.tellOwing(session -> session.settled(upTo));
    }

    @Override
    public void stalled() {
        server.tellOwing(DictSession::stalled);
    }
}
