package dev.postern.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.util.EnumSet;
import java.util.Set;

/** Everything that is counted in this process. */
public final class MetricsRegistry {

    /** The figures as Prometheus reads them, and what to call that in HTTP. */
    public record MetricsText(String contentType, String body) {}

    private static final String OPEN_METRICS = "application/openmetrics-text";
    private static final String PLAIN = "text/plain";

    /** Of the HTTP server's figures none may name a peer or what it asked for. */
    private static final EnumSet<Label> LABELS =
            EnumSet.of(Label.HTTP_CODE, Label.HTTP_ROUTE, Label.POOL_TYPE, Label.POOL_NAME);

    private static final Set<MetricsDomain> SILENT =
            EnumSet.complementOf(EnumSet.of(MetricsDomain.HTTP_SERVER, MetricsDomain.NAMED_POOLS));

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    public MetricsRegistry() {
        // The gauge of event loop groups has no tag: of two groups only the acceptor's would be there.
        registry.config()
                .meterFilter(new MeterDescriptions())
                .meterFilter(new HistogramBuckets())
                .meterFilter(MeterFilter.denyNameStartsWith("netty.eventexecutor.workers"));
        new FileDescriptorMetrics().bindTo(registry);
    }

    /** Where rooms register what they count. */
    public MeterRegistry registry() {
        return registry;
    }

    /** A Vert.x whose HTTP server and pools are counted, and the JVM and Netty with them. */
    public Vertx vertx(VertxOptions options) {
        MicrometerMetricsOptions measured = new MicrometerMetricsOptions()
                .setEnabled(true)
                .setJvmMetricsEnabled(true)
                .setNettyMetricsEnabled(true)
                .setServerRequestTagsProvider(HttpMethodTag::of)
                .setLabels(LABELS);
        SILENT.forEach(measured::addDisabledMetricsCategory);
        // What the database's client calls itself.
        measured.addDisabledMetricsCategory("sql");
        return Vertx.builder()
                .with(options.setMetricsOptions(measured))
                .withMetrics(given -> new VertxMetricsAdapter(new MicrometerMetricsFactory(registry).metrics(given)))
                .build();
    }

    /**
     * All of it, as it is now. To be called on the event loop, whose figures it reads.
     *
     * @param accept which formats the reader takes, as in HTTP
     */
    public MetricsText text(String accept) {
        boolean open = accept.contains(OPEN_METRICS);
        String body = registry.scrape(open ? OPEN_METRICS : PLAIN);
        return new MetricsText(
                (open ? OPEN_METRICS + "; version=1.0.0" : PLAIN + "; version=0.0.4") + "; charset=utf-8", body);
    }
}
