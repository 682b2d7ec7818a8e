package dev.postern.http;

import dev.postern.core.Timers;
import dev.postern.net.ListenException;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The HTTP server: where it listens, and what bounds whoever asks, before anybody looks at what is asked. */
public final class WebServer {

    /**
     * Where, and for how many.
     *
     * @param maxConnections one more is closed at once
     */
    public record Options(InetSocketAddress listen, int maxConnections) {}

    private static final int LONGEST_LINE = 4096;
    private static final int LONGEST_HEADERS = 8192;

    /** An answer that the peer does not read any more is given up. */
    private static final int STUCK_SECONDS = 60;

    /** For answers that are under way when the agent stops. */
    private static final int FAREWELL_SECONDS = 2;

    private final Vertx vertx;
    private final Options options;
    private final Services services;
    private final Connections connections;
    private @Nullable HttpServer server;

    /** A server that is not started yet. */
    public WebServer(Vertx vertx, Options options, Services services, Timers timers, MeterRegistry meters) {
        this.vertx = vertx;
        this.options = options;
        this.services = services;
        this.connections = new Connections(
                options.maxConnections(), timers, meters.counter("postern.connections.refused", "socket", "http"));
    }

    /** Listens; fails with a {@link ListenException}. */
    public Future<Void> start() {
        return Contract.load(vertx)
                .map(contract ->
                        ApiRouter.of(vertx, contract.parsed(), new Operations(services, contract.text()).byId()))
                .compose(this::listen);
    }

    /** Finishes what is under way, briefly, and closes. */
    public Future<Void> close() {
        return server == null ? Future.succeededFuture() : server.shutdown(FAREWELL_SECONDS, TimeUnit.SECONDS);
    }

    private Future<Void> listen(Router router) {
        InetSocketAddress at = options.listen();
        HttpServer open = vertx.createHttpServer(bounds())
                .connectionHandler(connections::connected)
                .invalidRequestHandler(WebServer::refuse)
                .requestHandler(request -> {
                    connections.requested(request);
                    router.handle(request);
                });
        server = open;
        return open.listen(at.getPort(), at.getAddress().getHostAddress())
                .recover(failure -> Future.failedFuture(new ListenException(
                        "cannot listen on " + at.getAddress().getHostAddress() + " port " + at.getPort() + ": "
                                + failure.getMessage(),
                        failure)))
                .mapEmpty();
    }

    private static HttpServerOptions bounds() {
        return new HttpServerOptions()
                .setMaxInitialLineLength(LONGEST_LINE)
                .setMaxHeaderSize(LONGEST_HEADERS)
                .setIdleTimeout(STUCK_SECONDS)
                .setHttp2ClearTextEnabled(false);
    }

    /** What is no HTTP, or too much of it. */
    private static void refuse(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        int status = cause instanceof TooLongHttpLineException
                ? 414
                : cause instanceof TooLongHttpHeaderException ? 431 : 400;
        Headers.secure(request.response());
        Problem.of(status)
                .send(request.response())
                .onComplete(sent -> request.connection().close());
    }
}
