package dev.postern.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsRegistryTest {

    private final MetricsRegistry metrics = new MetricsRegistry();

    @Test
    void saysWhatAFigureMeans() {
        metrics.registry()
                .counter("postern.events", "kind", "login", "source", "socket")
                .increment();
        assertThat(metrics.text("").body())
                .contains("# HELP postern_events_total Events accepted, by kind and by what they came in by\n")
                .contains("# TYPE postern_events_total counter\n")
                .contains("postern_events_total{kind=\"login\",source=\"socket\"} 1.0\n");
    }

    @Test
    void keepsLabelsOfOneNameApart() {
        metrics.registry()
                .counter("postern.lookups", "map", "quota", "answer", "found")
                .increment();
        metrics.registry()
                .counter("postern.lookups", "map", "quota", "answer", "missing")
                .increment(2);
        assertThat(metrics.text("").body())
                .contains("postern_lookups_total{answer=\"found\",map=\"quota\"} 1.0\n")
                .contains("postern_lookups_total{answer=\"missing\",map=\"quota\"} 2.0\n");
    }

    @Test
    void countsLookupsAndFlushesInSteps() {
        metrics.registry().timer("postern.lookup", "map", "quota").record(Duration.ofMillis(3));
        metrics.registry().timer("postern.flush").record(Duration.ofSeconds(20));
        assertThat(metrics.text("").body())
                .contains("postern_lookup_seconds_bucket{map=\"quota\",le=\"0.001\"} 0\n")
                .contains("postern_lookup_seconds_bucket{map=\"quota\",le=\"0.005\"} 1\n")
                .contains("postern_flush_seconds_bucket{le=\"10.0\"} 0\n")
                .contains("postern_flush_seconds_bucket{le=\"+Inf\"} 1\n");
    }

    @Test
    void leavesFiguresOfOthersAlone() {
        metrics.registry().timer("vertx.http.server.response.time").record(Duration.ofMillis(3));
        assertThat(metrics.text("").body()).doesNotContain("vertx_http_server_response_time_seconds_bucket");
    }

    @Test
    void aMethodThatSomebodyInventsHasNoFiguresOfItsOwn() {
        assertThat(HttpMethodTag.name(HttpMethod.valueOf("DELETE"))).isEqualTo("DELETE");
        assertThat(HttpMethodTag.name(HttpMethod.valueOf("BREW"))).isEqualTo("other");
        assertThat(HttpMethodTag.name(HttpMethod.valueOf("get"))).isEqualTo("other");
    }

    @Test
    void speaksOpenMetricsToWhoAsksForIt() {
        metrics.registry().counter("postern.quota.over").increment();
        Map<String, String> formats = Map.of(
                "application/openmetrics-text;version=1.0.0,text/plain;q=0.5",
                "application/openmetrics-text; version=1.0.0; charset=utf-8",
                "text/html,*/*",
                "text/plain; version=0.0.4; charset=utf-8");
        formats.forEach((accept, type) -> {
            MetricsRegistry.MetricsText text = metrics.text(accept);
            assertThat(text.contentType()).isEqualTo(type);
            assertThat(text.body().endsWith("# EOF\n")).isEqualTo(type.startsWith("application/openmetrics"));
        });
    }
}
