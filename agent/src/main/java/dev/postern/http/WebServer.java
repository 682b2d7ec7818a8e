package dev.postern.http;

import dev.postern.config.AgentConfig;
import dev.postern.config.FileErrorText;
import dev.postern.files.FileWorker;
import dev.postern.model.Timers;
import dev.postern.net.ListenException;
import dev.postern.net.RequestBodyFilter;
import dev.postern.net.SocketFile;
import dev.postern.net.SocketFileWorker;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server: where it listens, and the bounds on clients before any request is looked at. */
public final class WebServer {

    /**
     * The address, TLS and the bounds.
     *
     * @param maxConnections one more is closed at once
     */
    public record WebServerOptions(AgentConfig.HttpSection http, int maxConnections) {}

    private static final Logger log = LoggerFactory.getLogger(WebServer.class);

    private static final int MAX_LINE = 4096;
    private static final int MAX_HEADERS = 8192;

    /** An answer that the peer does not read any more is given up. */
    private static final int STUCK_SECONDS = 60;

    /** For answers that are under way when the agent stops. */
    private static final int CLOSE_GRACE_SECONDS = 2;

    private final Vertx vertx;
    private final WebServerOptions options;
    private final ApiServices services;
    private final Timers timers;
    private final ConnectionLimiter connections;
    private final TokenAuthenticator authenticator;
    private final @Nullable CertificateReloader tls;
    private @Nullable HttpServer server;
    private @Nullable SocketFile file;

    /** A server that is not started yet. */
    public WebServer(Vertx vertx, WebServerOptions options, ApiServices services, Timers timers, MeterRegistry meters) {
        this.vertx = vertx;
        this.options = options;
        this.services = services;
        this.timers = timers;
        this.authenticator =
                new TokenAuthenticator(vertx, options.http().tokensFile(), new FileWorker(vertx, "tokens", meters));
        Path chain = options.http().tlsCertificate();
        Path key = options.http().tlsKey();
        this.tls = chain == null || key == null
                ? null
                : new CertificateReloader(vertx, new FileWorker(vertx, "certificate", meters), chain, key);
        this.connections = new ConnectionLimiter(
                options.maxConnections(), timers, meters.counter("postern.connections.refused", "socket", "http"));
    }

    /** Listens; fails with a {@link ListenException}. */
    public Future<Void> start() {
        Authorizer authorizer = new Authorizer(
                authenticator, new RateLimiter(options.http().requestsPerSecond(), System::nanoTime), WebServer::peer);
        return authenticator
                .start()
                .compose(read -> OpenApiDocument.load(vertx))
                .map(document -> ApiRouter.of(
                        vertx,
                        document.parsed(),
                        authorizer,
                        new ApiOperations(services, document.text(), timers).byId()))
                .compose(this::listen);
    }

    /** Finishes what is under way, briefly, and closes. */
    public Future<Void> close() {
        if (tls != null) {
            tls.close();
        }
        Future<Void> closed =
                server == null ? Future.succeededFuture() : server.shutdown(CLOSE_GRACE_SECONDS, TimeUnit.SECONDS);
        return closed.eventually(authenticator::close).eventually(this::removeFile);
    }

    private Future<Void> removeFile() {
        SocketFile old = file;
        return old == null ? Future.succeededFuture() : SocketFileWorker.remove(vertx.getOrCreateContext(), old);
    }

    private Future<Void> listen(Router router) {
        Future<HttpServerOptions> bounded = tls == null ? Future.succeededFuture(bounds()) : tls.secure(bounds());
        return bounded.compose(bounds -> {
                    HttpServer open = vertx.createHttpServer(bounds)
                            .connectionHandler(this::connected)
                            .invalidRequestHandler(this::refuse)
                            .requestHandler(request -> serve(request, router));
                    server = open;
                    return bind(open);
                })
                .recover(failure -> Future.failedFuture(explained(failure)));
    }

    private void connected(HttpConnection connection) {
        RequestBodyFilter.addTo(connection, RequestFraming::hasBody);
        connections.connected(connection);
    }

    private Future<Void> bind(HttpServer open) {
        Path socket = options.http().socket();
        Future<?> bound = socket == null ? bindPort(open) : bindSocket(open, socket);
        return bound.onSuccess(listening -> {
                    if (tls != null) {
                        tls.renew(open);
                    }
                })
                .mapEmpty();
    }

    private Future<HttpServer> bindPort(HttpServer open) {
        InetSocketAddress at = options.http().listen();
        if (!at.getAddress().isLoopbackAddress() && tls == null) {
            log.atWarn().addKeyValue("listen", at).log("tokens travel unencrypted: set tls_certificate and tls_key");
        }
        return open.listen(at.getPort(), at.getAddress().getHostAddress());
    }

    private Future<?> bindSocket(HttpServer open, Path socket) {
        Context context = vertx.getOrCreateContext();
        return SocketFileWorker.run(context, socket, () -> SocketFile.claim(socket))
                .onSuccess(claimed -> file = claimed)
                .compose(claimed -> open.listen(SocketAddress.domainSocketAddress(
                                claimed.hidden().toString()))
                        .compose(bound -> SocketFileWorker.run(context, socket, () -> {
                            claimed.show(options.http().mode(), options.http().group());
                            return true;
                        })));
    }

    private Throwable explained(Throwable failure) {
        if (failure instanceof ListenException) {
            return failure;
        }
        Object where = options.http().socket() == null
                ? options.http().listen().getAddress().getHostAddress() + " port "
                        + options.http().listen().getPort()
                : options.http().socket();
        return new ListenException("cannot listen on " + where + ": " + reason(failure), failure);
    }

    private static String reason(Throwable failure) {
        if (failure instanceof FileSystemException file && file.getFile() != null) {
            return file.getFile() + ": " + FileErrorText.of(file);
        }
        if (failure instanceof IOException file) {
            // A BindException has the system's own words.
            return FileErrorText.of(file);
        }
        return "not possible on this host";
    }

    /** The key by which requests without a token are counted. */
    private static String peer(HttpServerRequest request) {
        SocketAddress from = request.remoteAddress();
        return from == null || from.hostAddress() == null ? "" : from.hostAddress();
    }

    private static HttpServerOptions bounds() {
        return new HttpServerOptions()
                .setMaxInitialLineLength(MAX_LINE)
                .setMaxHeaderSize(MAX_HEADERS)
                .setIdleTimeout(STUCK_SECONDS)
                .setUseAlpn(false)
                .setHttp2ClearTextEnabled(false);
    }

    private void serve(HttpServerRequest request, Router router) {
        String problem = RequestFraming.problem(request);
        if (!connections.requested(request, problem != null || RequestFraming.isLast(request))) {
            return;
        }
        if (problem != null) {
            refuse(request, ProblemDetails.of(400, problem));
            return;
        }
        if (!request.headers().contains(HttpHeaders.HOST)) {
            // HTTP/1.0, of which the router does not know that it may have none.
            request.headers().set(HttpHeaders.HOST, "");
        }
        router.handle(request);
    }

    /** What is not HTTP, or too much of it. */
    private void refuse(HttpServerRequest request) {
        if (!connections.requested(request, true)) {
            return;
        }
        Throwable cause = request.decoderResult().cause();
        int status = cause instanceof TooLongHttpLineException
                ? 414
                : cause instanceof TooLongHttpHeaderException ? 431 : 400;
        refuse(request, ProblemDetails.of(status));
    }

    private static void refuse(HttpServerRequest request, ProblemDetails problem) {
        SecurityHeaders.secure(request.response());
        problem.send(request.response());
    }
}
