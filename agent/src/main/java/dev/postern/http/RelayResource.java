package dev.postern.http;

import dev.postern.model.IpAddress;
import dev.postern.relay.RelayWindows;
import io.vertx.core.Future;
import io.vertx.ext.web.handler.HttpException;
import java.time.Instant;
import java.util.List;

/** {@code /api/v1/relay}: which windows are open, and closing one. */
final class RelayResource {

    private static final int PART = 500;

    private final ApiServices services;
    private final ExportLimiter exports;

    RelayResource(ApiServices services, ExportLimiter exports) {
        this.services = services;
        this.exports = exports;
    }

    void list(ApiRequest request) {
        ExportFormat format = ExportFormat.of(request.text("format"), request.context());
        Instant asOf = Instant.now();
        services.relay().open().onFailure(request::unavailable).onSuccess(open -> {
            List<RelayWindows.OpenWindow> own = open.stream()
                    .filter(window -> request.mayKnow(window.address().domain()))
                    .toList();
            request.safely(
                    () -> exports.send(request, format, ApiItem.RelayWindowDto.class, last -> part(own, last, asOf)));
        });
    }

    /** From a place in a list that does not change. */
    private static Future<ExportStream.ExportPart> part(
            List<RelayWindows.OpenWindow> windows, String last, Instant asOf) {
        int from = last.isEmpty() ? 0 : Integer.parseInt(last);
        int to = Math.min(windows.size(), from + PART);
        List<ApiItem.RelayWindowDto> items = windows.subList(from, to).stream()
                .map(ApiItem.RelayWindowDto::of)
                .toList();
        return Future.succeededFuture(
                new ExportStream.ExportPart(items, to < windows.size() ? Integer.toString(to) : null, asOf));
    }

    void close(ApiRequest request) {
        IpAddress ip = IpAddress.parse(request.path("ip"));
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
    private Future<Void> mayClose(ApiRequest request, IpAddress ip) {
        if (request.token() == null || request.token().domains() == null) {
            return Future.succeededFuture();
        }
        return services.relay().open().compose(open -> {
            List<RelayWindows.OpenWindow> holders =
                    open.stream().filter(window -> window.ip().equals(ip)).toList();
            long own = holders.stream()
                    .filter(window -> request.mayKnow(window.address().domain()))
                    .count();
            int status = own == 0 ? 404 : own < holders.size() ? 403 : 204;
            return status == 204 ? Future.succeededFuture() : Future.failedFuture(new HttpException(status));
        });
    }
}
