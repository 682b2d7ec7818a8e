package dev.postern.net;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Unix stream socket that is listened on, with a bound on its connections. */
public final class UnixListener {

    /**
     * Where, for whom and for how many.
     *
     * @param mode permission bits of the socket file
     * @param group of the socket file, null = the process's own
     * @param maxConnections one more is closed at once
     * @param farewell for how long closing waits for the answers that peers are owed
     */
    public record Options(Path socket, int mode, @Nullable String group, int maxConnections, Duration farewell) {}

    private static final Logger log = LoggerFactory.getLogger(UnixListener.class);

    /** A full backlog is an error at once for Postfix and a second's delay for Dovecot. */
    private static final int BACKLOG = 4096;

    private final Vertx vertx;
    private final Options options;
    private final SocketFile file;
    private final NetServer server;
    private final Counter refused;
    private final Counter failures;
    private int connections;

    private UnixListener(
            Vertx vertx, Options options, SocketFile file, MeterRegistry meters, Handler<NetSocket> onConnection) {
        this.vertx = vertx;
        this.options = options;
        this.file = file;
        String name = options.socket().getFileName().toString();
        this.refused = meters.counter("postern.connections.refused", "socket", name);
        this.failures = meters.counter("postern.connections.failed", "socket", name);
        this.server = vertx.createNetServer(new NetServerOptions().setAcceptBacklog(BACKLOG))
                .connectHandler(socket -> accept(socket, onConnection))
                .exceptionHandler(failure -> log.atWarn()
                        .addKeyValue("socket", options.socket())
                        .addKeyValue("reason", failure)
                        .log("accept failed"));
    }

    /**
     * Listens. Fails with a {@link ListenException}.
     *
     * @param onConnection called for each connection; what it throws closes that connection alone
     */
    public static Future<UnixListener> listen(
            Vertx vertx, Options options, MeterRegistry meters, Handler<NetSocket> onConnection) {
        return onFiles(vertx, () -> SocketFile.claim(options.socket()))
                .compose(file -> new UnixListener(vertx, options, file, meters, onConnection).open());
    }

    /** Open connections. */
    public int connections() {
        return connections;
    }

    /** Closes every connection and removes the socket file. */
    public Future<Void> close() {
        return server.close().eventually(this::removeFile);
    }

    private Future<UnixListener> open() {
        return server.listen(SocketAddress.domainSocketAddress(file.hidden().toString()))
                .compose(bound -> onFiles(vertx, this::show))
                .recover(failure -> close().transform(closed -> Future.failedFuture(explained(failure))));
    }

    private UnixListener show() {
        file.show(options.mode(), options.group());
        return this;
    }

    private Future<Void> removeFile() {
        return onFiles(vertx, () -> {
                    file.close();
                    return true;
                })
                .mapEmpty();
    }

    private Throwable explained(Throwable failure) {
        return failure instanceof ListenException
                ? failure
                : new ListenException("cannot listen on " + options.socket() + ": " + failure.getMessage(), failure);
    }

    private void accept(NetSocket socket, Handler<NetSocket> onConnection) {
        if (connections >= options.maxConnections()) {
            refused.increment();
            socket.close();
            return;
        }
        connections++;
        SocketInside.onClosed(socket, () -> connections--);
        socket.exceptionHandler(failure -> fail(socket, failure));
        onConnection.handle(socket);
    }

    /** A peer that goes away is no news; anything else is a fault of ours and costs this connection. */
    private void fail(NetSocket socket, Throwable failure) {
        if (!(failure instanceof java.io.IOException)) {
            failures.increment();
            log.atError()
                    .addKeyValue("socket", options.socket())
                    .setCause(failure)
                    .log("connection closed by a fault");
        }
        socket.close();
    }

    /** Files are touched at start and stop only, and never on the event loop. */
    private static <T> Future<T> onFiles(Vertx vertx, Callable<T> work) {
        return vertx.executeBlocking(work);
    }
}
