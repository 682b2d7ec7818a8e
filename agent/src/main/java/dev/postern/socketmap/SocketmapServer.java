package dev.postern.socketmap;

import dev.postern.core.Timers;
import dev.postern.lookup.Lookup;
import dev.postern.lookup.ServedLookup;
import dev.postern.lookup.Turns;
import dev.postern.net.UnixListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Serves maps to Postfix on a Unix socket. Connections live as long as the peer likes: many hundred silent ones are
 * normal, since idle Postfix processes keep theirs.
 */
public final class SocketmapServer {

    private final Vertx vertx;
    private final UnixListener.Options options;
    private final Map<String, ServedLookup<String>> maps = new HashMap<>();
    private final ServedLookup<String> unknown;
    private final Timers timers;
    private final Duration deadline;
    private final MeterRegistry meters;
    private @Nullable UnixListener listener;

    /**
     * A server that is not started yet.
     *
     * @param lookups by the name of the map
     * @param deadline for one lookup, see {@link Turns#DEADLINE}
     */
    public SocketmapServer(
            Vertx vertx,
            UnixListener.Options options,
            Map<String, Lookup<String>> lookups,
            Timers timers,
            Duration deadline,
            MeterRegistry meters) {
        this.vertx = vertx;
        this.options = options;
        lookups.forEach((name, lookup) -> maps.put(name, new ServedLookup<>(name, lookup, meters)));
        this.unknown = new ServedLookup<>("unknown", key -> Future.failedFuture("no such map"), meters);
        this.timers = timers;
        this.deadline = deadline;
        this.meters = meters;
    }

    /** Listens; fails with a {@link dev.postern.net.ListenException}. */
    public Future<Void> start() {
        return UnixListener.listen(vertx, options, meters, this::serve)
                .onSuccess(open -> listener = open)
                .mapEmpty();
    }

    /** Closes every connection and removes the socket file. Postfix asks again what has not been answered. */
    public Future<Void> close() {
        return listener == null ? Future.succeededFuture() : listener.close();
    }

    private void serve(NetSocket socket) {
        new SocketmapConnection(
                        socket,
                        replies -> new SocketmapSession(maps, unknown, new Turns(timers, deadline, replies)),
                        meters)
                .open();
    }
}
