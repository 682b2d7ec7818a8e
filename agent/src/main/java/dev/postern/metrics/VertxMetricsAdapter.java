package dev.postern.metrics;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.HttpServerMetrics;
import io.vertx.core.spi.metrics.PoolMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;

/**
 * Vert.x's own Micrometer metrics of the domains that this process counts, HTTP servers and pools; other domains have
 * none.
 */
record VertxMetricsAdapter(VertxMetrics metrics) implements VertxMetrics {

    @Override
    public HttpServerMetrics<?, ?, ?> createHttpServerMetrics(HttpServerOptions options, SocketAddress address) {
        return new ClosedConnectionHttpMetrics<>(metrics.createHttpServerMetrics(options, address));
    }

    @Override
    public PoolMetrics<?, ?> createPoolMetrics(String type, String name, int size) {
        return metrics.createPoolMetrics(type, name, size);
    }

    @Override
    public void vertxCreated(Vertx vertx) {
        metrics.vertxCreated(vertx);
    }

    @Override
    public boolean isMetricsEnabled() {
        return metrics.isMetricsEnabled();
    }

    @Override
    public void close() {
        metrics.close();
    }
}
