package dev.postern.net;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Unix socket with a session for each peer, some of which are owed answers that come later.
 *
 * @param <S> the protocol's session
 */
public final class SessionServer<S extends Session> {

    private static final Logger log = LoggerFactory.getLogger(SessionServer.class);

    /** A peer that has not read its answers for so long is given up. */
    private static final long STUCK_CHECK_MILLIS = 30_000;

    private final Vertx vertx;
    private final UnixListener.Options options;
    private final MeterRegistry meters;
    private final Function<Peer, S> protocol;
    private final Map<S, SocketPeer> sessions = new LinkedHashMap<>();
    private final Set<S> owing = new LinkedHashSet<>();
    private @Nullable UnixListener listener;
    private @Nullable Promise<Void> stopping;
    private long stuckCheck;

    /**
     * A server that is not started yet.
     *
     * @param protocol makes the session of a new peer
     */
    public SessionServer(Vertx vertx, UnixListener.Options options, MeterRegistry meters, Function<Peer, S> protocol) {
        this.vertx = vertx;
        this.options = options;
        this.meters = meters;
        this.protocol = protocol;
    }

    /** Listens; fails with a {@link ListenException}. */
    public Future<Void> start() {
        stuckCheck = vertx.setPeriodic(STUCK_CHECK_MILLIS, timer -> closeStuck());
        return UnixListener.listen(vertx, options, meters, this::connect)
                .onSuccess(open -> listener = open)
                .mapEmpty();
    }

    /**
     * Takes nothing further in, waits until every owed answer is out, then closes and removes the socket file. An answer that
     * is not there in time is never given, and its peer must take it that nothing was promised.
     */
    public Future<Void> close() {
        vertx.cancelTimer(stuckCheck);
        Promise<Void> answered = Promise.promise();
        stopping = answered;
        List.copyOf(sessions.keySet()).forEach(Session::stop);
        completeIfAnswered();
        return answered.future()
                .timeout(options.farewell().toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(late -> log.atWarn()
                        .addKeyValue("socket", options.socket())
                        .addKeyValue("peers", owing.size())
                        .log("closed with answers owed"))
                .eventually(() -> listener == null ? Future.succeededFuture() : listener.close())
                .otherwiseEmpty();
    }

    /** Tells every session that owes its peer an answer. */
    public void tellOwing(Consumer<S> news) {
        // Over a copy: an answer may close a connection.
        new ArrayList<>(owing).forEach(news);
        owing.removeIf(session -> !session.owes());
        completeIfAnswered();
    }

    private void connect(NetSocket socket) {
        if (stopping != null) {
            socket.close();
            return;
        }
        SocketPeer peer = new SocketPeer(socket, this::completeIfAnswered);
        S session = protocol.apply(peer);
        sessions.put(session, peer);
        SocketInside.allowHalfClose(socket, session::end);
        socket.drainHandler(drained -> session.drained());
        socket.handler(bytes -> read(session, bytes.getBytes()));
        socket.closeHandler(closed -> gone(session));
    }

    private void read(S session, byte[] bytes) {
        session.read(bytes);
        if (session.owes()) {
            owing.add(session);
        }
    }

    private void gone(S session) {
        sessions.remove(session);
        owing.remove(session);
        session.closed();
        completeIfAnswered();
    }

    private void completeIfAnswered() {
        if (stopping != null && owing.stream().noneMatch(Session::owes)) {
            stopping.tryComplete();
        }
    }

    private void closeStuck() {
        List.copyOf(sessions.values()).stream().filter(SocketPeer::isStuck).forEach(peer -> {
            log.atWarn().addKeyValue("socket", options.socket()).log("peer does not read its answers, closed");
            peer.close();
        });
    }
}
