package dev.postern.events;

import dev.postern.core.Intake;
import dev.postern.net.SocketInside;
import dev.postern.net.UnixListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The events socket. */
public final class EventServer implements Intake.Listener {

    /** A peer that has not read its answers for so long is given up. */
    private static final long STUCK_CHECK_MILLIS = 30_000;

    private final Vertx vertx;
    private final Intake intake;
    private final InstantSource clock;
    private final MeterRegistry meters;
    private final EventCounters counters;
    private final UnixListener.Options options;
    private final Set<EventConnection> connections = new LinkedHashSet<>();
    private final Set<EventConnection> owing = new LinkedHashSet<>();
    private @Nullable UnixListener listener;
    private @Nullable Promise<Void> stopping;
    private long stuckCheck;

    public EventServer(
            Vertx vertx, Intake intake, InstantSource clock, MeterRegistry meters, UnixListener.Options options) {
        this.vertx = vertx;
        this.intake = intake;
        this.clock = clock;
        this.meters = meters;
        this.options = options;
        this.counters = new EventCounters(meters, "socket");
    }

    /** Listens; fails with a {@link dev.postern.net.ListenException}. */
    public Future<Void> start() {
        intake.listen(this);
        stuckCheck = vertx.setPeriodic(STUCK_CHECK_MILLIS, timer -> closeStuck());
        return UnixListener.listen(vertx, options, meters, this::connect)
                .onSuccess(open -> listener = open)
                .mapEmpty();
    }

    /** Takes no further line, answers what is owed, then closes every connection and removes the socket file. */
    public Future<Void> close() {
        vertx.cancelTimer(stuckCheck);
        Promise<Void> answered = Promise.promise();
        stopping = answered;
        forEach(connections, EventConnection::stop);
        completeIfAnswered();
        return answered.future().compose(all -> listener == null ? Future.succeededFuture() : listener.close());
    }

    @Override
    public void settled(long upTo) {
        forEach(owing, connection -> connection.session().settled(upTo));
        owing.removeIf(connection -> !connection.session().owes());
        completeIfAnswered();
    }

    @Override
    public void stalled() {
        forEach(owing, connection -> connection.session().stalled());
        owing.clear();
        completeIfAnswered();
    }

    private void connect(NetSocket socket) {
        if (stopping != null) {
            socket.close();
            return;
        }
        EventConnection connection = new EventConnection(socket);
        EventSession session = new EventSession(connection, intake, clock, counters);
        connection.serve(session);
        connections.add(connection);
        SocketInside.allowHalfClose(socket, session::end);
        socket.handler(bytes -> {
            session.read(bytes.getBytes());
            if (session.owes()) {
                owing.add(connection);
            }
        });
        socket.closeHandler(closed -> gone(connection));
    }

    private void gone(EventConnection connection) {
        connections.remove(connection);
        owing.remove(connection);
        connection.closed();
        completeIfAnswered();
    }

    private void completeIfAnswered() {
        if (stopping != null && owing.isEmpty()) {
            stopping.tryComplete();
        }
    }

    private void closeStuck() {
        forEach(connections, EventConnection::closeIfStuck);
    }

    /** Over a copy: an answer may close a connection, which leaves the set. */
    private static void forEach(Set<EventConnection> connections, Consumer<EventConnection> action) {
        List<EventConnection> copy = new ArrayList<>(connections);
        copy.forEach(action);
    }
}
