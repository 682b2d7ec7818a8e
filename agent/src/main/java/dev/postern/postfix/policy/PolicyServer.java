package dev.postern.postfix.policy;

import dev.postern.model.Timers;
import dev.postern.net.SessionServer;
import dev.postern.net.UnixListener;
import dev.postern.postfix.lookup.LookupHandler;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;

/** Serves Postfix's {@code check_policy_service} on a Unix socket. Connections live as long as the peer likes. */
public final class PolicyServer {

    private final SessionServer<PolicySession> server;

    /**
     * A server that is not started yet.
     *
     * @param relay whether this client may relay: found, or not
     * @param deadline for one request, see {@link dev.postern.postfix.lookup.LookupReplyQueue#DEADLINE}
     */
    public PolicyServer(
            Vertx vertx,
            UnixListener.ListenerOptions options,
            QuotaCheck quota,
            LookupHandler<String> relay,
            InstantSource clock,
            Timers timers,
            Duration deadline,
            MeterRegistry meters) {
        PolicyDispatcher dispatcher = new PolicyDispatcher(quota, relay, clock, meters);
        Counter dropped = meters.counter("postern.policy.dropped");
        this.server = new SessionServer<>(
                vertx,
                options,
                meters,
                peer -> new PolicySession(peer, dispatcher, timers, deadline, dropped::increment));
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
