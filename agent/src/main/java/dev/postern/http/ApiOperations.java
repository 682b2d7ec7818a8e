package dev.postern.http;

import dev.postern.model.Timers;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.Map;

/** What answers each operation of the document, by its {@code operationId}. */
final class ApiOperations {

    private final ApiServices services;
    private final Buffer contract;
    private final Timers timers;

    ApiOperations(ApiServices services, Buffer contract, Timers timers) {
        this.services = services;
        this.contract = contract;
        this.timers = timers;
    }

    Map<String, ApiRequest.ApiHandler> byId() {
        ExportLimiter exports = new ExportLimiter(timers);
        MailboxResource mailboxes = new MailboxResource(services, exports, timers);
        RelayResource relay = new RelayResource(services, exports);
        return Map.of(
                "getHealth", this::health,
                "getReadiness", this::readiness,
                "getMetrics", this::metrics,
                "getContract", this::contract,
                "listMailboxes", mailboxes::list,
                "getMailbox", mailboxes::get,
                "listRelayWindows", relay::list,
                "closeRelayWindow", relay::close);
    }

    private void health(ApiRequest request) {
        answer(request, ExportFormat.JSON.contentType(), ItemRenderer.json(Map.of("status", "alive")));
    }

    private void readiness(ApiRequest request) {
        services.readiness().now().onFailure(request.context()::fail).onSuccess(found -> {
            request.context().response().setStatusCode(found.status() == Readiness.ReadinessState.READY ? 200 : 503);
            answer(request, ExportFormat.JSON.contentType(), ItemRenderer.json(found));
        });
    }

    private void metrics(ApiRequest request) {
        String accept = request.context().request().getHeader(HttpHeaders.ACCEPT);
        var text = services.metrics().text(accept == null ? "" : accept);
        answer(request, text.contentType(), Buffer.buffer(text.body()));
    }

    private void contract(ApiRequest request) {
        answer(request, "application/yaml", contract);
    }

    private static void answer(ApiRequest request, String type, Buffer body) {
        ApiResponse.send(request.context(), type, body);
    }
}
