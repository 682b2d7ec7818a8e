package dev.postern.http;

import dev.postern.model.Ip;
import dev.postern.relay.RelayWindows;
import io.vertx.core.Future;
import io.vertx.ext.web.handler.HttpException;
import java.time.Instant;
import java.util.List;

/** {@code /api/v1/relay}: which windows are open, and closing one. */
final class Relay {

    private static final int PART = 500;

    private final Services services;
    private final Exports exports;

    Relay(Services services, Exports exports) {
        this.services = services;
        this.exports = exports;
    }

    void list(Asked request) {
        Format format = Format.of(request.text("format"), request.context());
        Instant asOf = Instant.now();
        services.relay().open().onFailure(request::unavailable).onSuccess(open -> {
            List<RelayWindows.Open> own = open.stream()
                    .filter(window -> request.mayKnow(window.user().domain()))
                    .toList();
            request.safely(() -> exports.send(request, format, Item.OfWindow.class, last -> part(own, last, asOf)));
        });
    }

    /** From a place in a list that does not change. */
    private static Future<Export.Part> part(List<RelayWindows.Open> windows, String last, Instant asOf) {
        int from = last.isEmpty() ? 0 : Integer.parseInt(last);
        int to = Math.min(windows.size(), from + PART);
        List<Item.OfWindow> items =
                windows.subList(from, to).stream().map(Item.OfWindow::of).toList();
        return Future.succeededFuture(new Export.Part(items, to < windows.size() ? Integer.toString(to) : null, asOf));
    }

    void close(Asked request) {
        Ip ip = Ip.parse(request.path("ip"));
        if (ip == null) {
            throw new HttpException(400, "ip: must be a whole IPv4 or IPv6 address");
        }
        mayClose(request, ip)
                .compose(may -> services.relay().close(ip))
                .onSuccess(wasOpen -> {
                    if (wasOpen) {
                        request.context().response().setStatusCode(204).end();
                    } else {
                        request.context().fail(new HttpException(404));
                    }
                })
                .onFailure(request.context()::fail);
    }

    /** An address that several share is closed for all of them or for none. */
    private Future<Void> mayClose(Asked request, Ip ip) {
        if (request.token() == null || request.token().domains() == null) {
            return Future.succeededFuture();
        }
        return services.relay().open().compose(open -> {
            List<RelayWindows.Open> holders =
                    open.stream().filter(window -> window.ip().equals(ip)).toList();
            long own = holders.stream()
                    .filter(window -> request.mayKnow(window.user().domain()))
                    .count();
            int status = own == 0 ? 404 : own < holders.size() ? 403 : 204;
            return status == 204 ? Future.succeededFuture() : Future.failedFuture(new HttpException(status));
        });
    }
}
