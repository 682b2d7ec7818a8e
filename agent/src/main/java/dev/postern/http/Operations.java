package dev.postern.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.Map;

/** What answers each operation of the document, by its {@code operationId}. */
final class Operations {

    private final Services services;
    private final Buffer contract;

    Operations(Services services, Buffer contract) {
        this.services = services;
        this.contract = contract;
    }

    Map<String, Asked.Answerer> byId() {
        Exports exports = new Exports();
        Mailboxes mailboxes = new Mailboxes(services, exports);
        Relay relay = new Relay(services, exports);
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

    private void health(Asked request) {
        answer(request, Format.JSON.contentType(), Rendering.json(Map.of("status", "alive")));
    }

    private void readiness(Asked request) {
        services.readiness().now().onFailure(request.context()::fail).onSuccess(found -> {
            request.context().response().setStatusCode(found.status() == Readiness.State.READY ? 200 : 503);
            answer(request, Format.JSON.contentType(), Rendering.json(found));
        });
    }

    private void metrics(Asked request) {
        String accept = request.context().request().getHeader(HttpHeaders.ACCEPT);
        var text = services.metrics().text(accept == null ? "" : accept);
        answer(request, text.contentType(), Buffer.buffer(text.body()));
    }

    private void contract(Asked request) {
        answer(request, "application/yaml", contract);
    }

    private static void answer(Asked request, String type, Buffer body) {
        Answers.send(request.context(), type, body);
    }
}
