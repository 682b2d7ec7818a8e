package dev.postern.metrics;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.HttpServerMetrics;
import io.vertx.core.spi.observability.HttpRequest;
import io.vertx.core.spi.observability.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * Metrics of an HTTP server that may be asked about connections and requests without a metric. Vert.x 5.0 reports a
 * connection as open in a task on the event loop: one that the peer has reset before is closed first, with null for its
 * metric, which Vert.x's own Micrometer classes do not expect. Such a connection is not counted.
 *
 * @param <R> metric of a request
 * @param <W> metric of a WebSocket
 * @param <S> metric of a connection
 */
record ClosedConnectionHttpMetrics<R, W, S>(HttpServerMetrics<R, W, S> metrics) implements HttpServerMetrics<R, W, S> {

    @Override
    public S connected(SocketAddress remote, String name) {
        return metrics.connected(remote, name);
    }

    @Override
    public void disconnected(@Nullable S socket, SocketAddress remote) {
        if (socket != null) {
            metrics.disconnected(socket, remote);
        }
    }

    @Override
    public void bytesRead(@Nullable S socket, SocketAddress remote, long bytes) {
        if (socket != null) {
            metrics.bytesRead(socket, remote, bytes);
        }
    }

    @Override
    public void bytesWritten(@Nullable S socket, SocketAddress remote, long bytes) {
        if (socket != null) {
            metrics.bytesWritten(socket, remote, bytes);
        }
    }

    @Override
    public void exceptionOccurred(@Nullable S socket, SocketAddress remote, Throwable failure) {
        if (socket != null) {
            metrics.exceptionOccurred(socket, remote, failure);
        }
    }

    @Override
    public @Nullable R requestBegin(@Nullable S socket, HttpRequest request) {
        return socket == null ? null : metrics.requestBegin(socket, request);
    }

    @Override
    public void requestEnd(@Nullable R request, HttpRequest what, long bytes) {
        if (request != null) {
            metrics.requestEnd(request, what, bytes);
        }
    }

    @Override
    public void requestReset(@Nullable R request) {
        if (request != null) {
            metrics.requestReset(request);
        }
    }

    @Override
    public void requestRouted(@Nullable R request, String route) {
        if (request != null) {
            metrics.requestRouted(request, route);
        }
    }

    @Override
    public void responseBegin(@Nullable R request, HttpResponse response) {
        if (request != null) {
            metrics.responseBegin(request, response);
        }
    }

    @Override
    public @Nullable R responsePushed(@Nullable S socket, HttpMethod method, String uri, HttpResponse response) {
        return socket == null ? null : metrics.responsePushed(socket, method, uri, response);
    }

    @Override
    public void responseEnd(@Nullable R request, HttpResponse response, long bytes) {
        if (request != null) {
            metrics.responseEnd(request, response, bytes);
        }
    }

    @Override
    public @Nullable W connected(@Nullable S socket, @Nullable R request, ServerWebSocket webSocket) {
        return socket == null || request == null ? null : metrics.connected(socket, request, webSocket);
    }

    @Override
    public void disconnected(@Nullable W webSocket) {
        if (webSocket != null) {
            metrics.disconnected(webSocket);
        }
    }

    @Override
    public void close() {
        metrics.close();
    }
}
