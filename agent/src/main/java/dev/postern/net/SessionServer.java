package dev.postern.net;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
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
public final class SessionServer<S extends Session> implements SessionConnection.ConnectionOwner<S> {

    private static final Logger log = LoggerFactory.getLogger(SessionServer.class);

    /** A peer that has read nothing of what it was left for so long is given up. */
    private static final long STUCK_CHECK_MILLIS = 30_000;

    /** For answers that are on their way when the server closes. */
    private static final long CLOSE_GRACE_MILLIS = 1_000;

    private final Vertx vertx;
    private final ContextInternal context;
    private final UnixListener.ListenerOptions options;
    private final MeterRegistry meters;
    private final Function<Peer, S> protocol;
    private final Set<SessionConnection<S>> connections = new LinkedHashSet<>();
    private final Set<SessionConnection<S>> awaitingReplies = new LinkedHashSet<>();
    private final Counter failed;
    private final Counter stuck;
    private final Counter heavy;
    private @Nullable UnixListener listener;
    private @Nullable Promise<Void> stopping;
    private @Nullable Promise<Void> leaving;
    private long stuckCheck;

    /**
     * A server that is not started yet. To be called where it will run.
     *
     * @param protocol makes the session of a new peer
     */
    public SessionServer(
            Vertx vertx, UnixListener.ListenerOptions options, MeterRegistry meters, Function<Peer, S> protocol) {
        this.vertx = vertx;
        this.context = VertxInternals.context(vertx);
        this.options = options;
        this.meters = meters;
        this.protocol = protocol;
        this.failed = meters.counter("postern.connections.failed", "socket", options.name());
        this.stuck = meters.counter("postern.connections.dropped", "socket", options.name(), "reason", "stuck");
        this.heavy = meters.counter("postern.connections.dropped", "socket", options.name(), "reason", "memory");
    }

    /** Listens; fails with a {@link ListenException}. */
    public Future<Void> start() {
        stuckCheck = vertx.setPeriodic(STUCK_CHECK_MILLIS, timer -> closeStuck());
        return UnixListener.listen(context, options, meters, this::connect)
                .onSuccess(open -> listener = open)
                .mapEmpty();
    }

    /**
     * Takes nothing further in, waits until every owed answer is out, then closes and removes the socket file. An
     * answer that is not there in time is never given, and its peer must take it that nothing was promised.
     */
    public Future<Void> close() {
        vertx.cancelTimer(stuckCheck);
        Promise<Void> answered = Promise.promise();
        stopping = answered;
        all().forEach(connection -> connection.run(Session::stop));
        completeIfAnswered();
        return answered.future()
                .timeout(options.closeGrace().toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(late -> log.atWarn()
                        .addKeyValue("socket", options.socket())
                        .addKeyValue("peers", awaitingReplies.size())
                        .log("closed with answers owed"))
                .eventually(() -> listener == null ? Future.succeededFuture() : listener.close())
                .eventually(this::leave)
                .otherwiseEmpty();
    }

    /** Runs an action on every session with pending replies. */
    public void forEachAwaitingReplies(Consumer<S> news) {
        // Over a copy: an answer may close a connection.
        new ArrayList<>(awaitingReplies).forEach(connection -> connection.run(news));
        awaitingReplies.removeIf(connection -> !connection.session().hasPendingReplies());
        completeIfAnswered();
    }

    @Override
    public void run(SessionConnection<S> connection, Runnable work) {
        context.dispatch(() -> {
            try {
                work.run();
            } catch (RuntimeException | Error fault) {
                failed(connection, fault);
            }
        });
    }

    @Override
    public void afterIo(SessionConnection<S> connection) {
        connection.count();
        if (connection.session().hasPendingReplies()) {
            awaitingReplies.add(connection);
        }
        completeIfAnswered();
    }

    @Override
    public void released() {
        heavy.increment();
        log.atWarn().addKeyValue("socket", options.socket()).log("peers hold too much, the one that holds most closed");
    }

    @Override
    public void failed(SessionConnection<S> connection, Throwable fault) {
        failed.increment();
        log.atError().addKeyValue("socket", options.socket()).setCause(fault).log("connection closed by a fault");
        connection.abort();
    }

    @Override
    public void closed(SessionConnection<S> connection) {
        connections.remove(connection);
        awaitingReplies.remove(connection);
        completeIfAnswered();
        completeIfAlone();
    }

    private SessionConnection<S> connect(Channel channel) {
        SessionConnection<S> connection = new SessionConnection<>(channel, this, options.memory(), protocol);
        connections.add(connection);
        if (stopping != null) {
            connection.abort();
        }
        return connection;
    }

    private List<SessionConnection<S>> all() {
        return List.copyOf(connections);
    }

    private void completeIfAnswered() {
        if (stopping != null
                && awaitingReplies.stream()
                        .noneMatch(connection -> connection.session().hasPendingReplies())) {
            stopping.tryComplete();
        }
    }

    /** Sends replies to the peers that read. */
    private Future<Void> leave() {
        Promise<Void> left = Promise.promise();
        leaving = left;
        all().forEach(SessionConnection::close);
        completeIfAlone();
        return left.future().timeout(CLOSE_GRACE_MILLIS, TimeUnit.MILLISECONDS).otherwise(late -> {
            all().forEach(SessionConnection::abort);
            return null;
        });
    }

    private void completeIfAlone() {
        if (leaving != null && connections.isEmpty()) {
            leaving.tryComplete();
        }
    }

    private void closeStuck() {
        all().stream().filter(SessionConnection::isStuck).forEach(connection -> {
            stuck.increment();
            log.atWarn().addKeyValue("socket", options.socket()).log("peer does not read its answers, closed");
            connection.abort();
        });
    }
}
