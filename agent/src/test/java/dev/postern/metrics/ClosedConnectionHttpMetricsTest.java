package dev.postern.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.HttpServerMetrics;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A peer that resets its connection before Vert.x has reported it as open. */
class ClosedConnectionHttpMetricsTest {

    private static final SocketAddress PEER = SocketAddress.inetSocketAddress(1, "192.0.2.1");

    private final MeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void doesNotCountAConnectionThatWasNeverOpen() {
        HttpServerMetrics<Object, Object, Object> server = server();
        assertThatCode(() -> {
                    server.bytesRead(null, PEER, 1);
                    server.bytesWritten(null, PEER, 1);
                    server.exceptionOccurred(null, PEER, new IOException("reset"));
                    Object request = server.requestBegin(null, null);
                    server.requestRouted(request, "/");
                    server.requestEnd(request, null, 1);
                    server.responseBegin(request, null);
                    server.responseEnd(request, null, 1);
                    server.requestReset(request);
                    server.disconnected(null, PEER);
                })
                .doesNotThrowAnyException();
        assertThat(registry.find("vertx.http.server.active.connections").gauge())
                .isNull();
    }

    @Test
    void countsOthersAsBefore() {
        HttpServerMetrics<Object, Object, Object> server = server();
        Object socket = server.connected(PEER, "peer");
        server.bytesRead(socket, PEER, 3);
        server.connected(PEER, "peer");
        server.disconnected(socket, PEER);
        assertThat(registry.get("vertx.http.server.active.connections").gauge().value())
                .isEqualTo(1);
        assertThat(registry.get("vertx.http.server.bytes.read").counter().count())
                .isEqualTo(3);
    }

    @SuppressWarnings("unchecked")
    private HttpServerMetrics<Object, Object, Object> server() {
        // Vert.x keeps registries by name, for all of the process.
        VertxOptions options = new VertxOptions()
                .setMetricsOptions(
                        new MicrometerMetricsOptions().setEnabled(true).setRegistryName(registry.toString()));
        var vertx = new VertxMetricsAdapter(new MicrometerMetricsFactory(registry).metrics(options));
        return (HttpServerMetrics<Object, Object, Object>) vertx.createHttpServerMetrics(new HttpServerOptions(), PEER);
    }
}
