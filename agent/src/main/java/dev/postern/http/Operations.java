package dev.postern.http;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** What answers each operation of the document, by its {@code operationId}. */
final class Operations {

    private static final String JSON = "application/json";

    private final Services services;
    private final Buffer contract;

    Operations(Services services, Buffer contract) {
        this.services = services;
        this.contract = contract;
    }

    Map<String, Handler<RoutingContext>> byId() {
        return Map.of(
                "getHealth", this::health,
                "getReadiness", this::readiness,
                "getMetrics", this::metrics,
                "getContract", this::contract);
    }

    private void health(RoutingContext request) {
        answer(request, JSON, Rendering.json(Map.of("status", "alive")));
    }

    private void readiness(RoutingContext request) {
        services.readiness().now().onFailure(request::fail).onSuccess(found -> {
            request.response().setStatusCode(found.status() == Readiness.State.READY ? 200 : 503);
            answer(request, JSON, Rendering.json(found));
        });
    }

    private void metrics(RoutingContext request) {
        String accept = request.request().getHeader(HttpHeaders.ACCEPT);
        var text = services.metrics().text(accept == null ? "" : accept);
        answer(request, text.contentType(), Buffer.buffer(text.body()));
    }

    private void contract(RoutingContext request) {
        answer(request, "application/yaml", contract);
    }

    private static void answer(RoutingContext request, String type, Buffer body) {
        request.response().putHeader(HttpHeaders.CONTENT_TYPE, type).end(body);
    }
}
