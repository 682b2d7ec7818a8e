package dev.postern.postfix.socketmap;

import dev.postern.model.Timers;
import dev.postern.net.SessionServer;
import dev.postern.net.UnixListener;
import dev.postern.postfix.lookup.LookupHandler;
import dev.postern.postfix.lookup.LookupReplyQueue;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;

/**
 * Serves maps to Postfix on a Unix socket. Connections live as long as the peer likes: many hundred silent ones are
 * normal, since idle Postfix processes keep theirs.
 */
public final class SocketmapServer {

    private final SessionServer<SocketmapSession> server;

    /**
     * A server that is not started yet.
     *
     * @param lookups by the name of the map
     * @param deadline for one lookup, see {@link LookupReplyQueue#DEADLINE}
     */
    public SocketmapServer(
            Vertx vertx,
            UnixListener.ListenerOptions options,
            Map<String, LookupHandler<String>> lookups,
            Timers timers,
            Duration deadline,
            MeterRegistry meters) {
        SocketmapDispatcher dispatcher = new SocketmapDispatcher(lookups, meters);
        Counter dropped = meters.counter("postern.socketmap.dropped");
        this.server = new SessionServer<>(
                vertx,
                options,
                meters,
                peer -> new SocketmapSession(
                        peer,
                        dispatcher,
                        replies -> new LookupReplyQueue(timers, deadline, replies),
                        dropped::increment));
    }

    /** Listens; fails with a {@link dev.postern.net.ListenException}. */
    public Future<Void> start() {
        return server.start();
    }

    /** Answers what has been asked, closes every connection and removes the socket file. */
    public Future<Void> close() {
        return server.close();
    }
}
