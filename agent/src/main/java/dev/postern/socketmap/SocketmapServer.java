package dev.postern.socketmap;

import dev.postern.core.Timers;
import dev.postern.net.UnixListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Serves maps to Postfix on a Unix socket. Connections live as long as the peer likes: many hundred silent ones are
 * normal, since idle Postfix processes keep theirs.
 */
public final class SocketmapServer {

    /** Well below the 100 s after which Postfix gives a connection up, and the patience of SMTP clients. */
    public static final Duration DEADLINE = Duration.ofSeconds(2);

    private final Map<String, ServedMap> maps = new HashMap<>();
    private final ServedMap unknown;
    private final Timers timers;
    private final Duration deadline;
    private final MeterRegistry meters;

    private SocketmapServer(Map<String, Lookup> lookups, Timers timers, Duration deadline, MeterRegistry meters) {
        lookups.forEach((name, lookup) -> maps.put(name, new ServedMap(name, lookup, meters)));
        this.unknown = new ServedMap("unknown", key -> Future.failedFuture("no such map"), meters);
        this.timers = timers;
        this.deadline = deadline;
        this.meters = meters;
    }

    /**
     * Starts serving.
     *
     * @param lookups by the name of the map
     * @param deadline for one lookup, see {@link #DEADLINE}
     * @return the listener, to be closed at the end
     */
    public static Future<UnixListener> listen(
            Vertx vertx,
            UnixListener.Options options,
            Map<String, Lookup> lookups,
            Timers timers,
            Duration deadline,
            MeterRegistry meters) {
        SocketmapServer server = new SocketmapServer(lookups, timers, deadline, meters);
        return UnixListener.listen(vertx, options, server::serve);
    }

    private void serve(NetSocket socket) {
        new SocketmapConnection(
                        socket, replies -> new SocketmapSession(maps, unknown, timers, deadline, replies), meters)
                .open();
    }
}
