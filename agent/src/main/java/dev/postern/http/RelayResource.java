package dev.postern.http;

import dev.postern.model.IpAddress;
import dev.postern.relay.OpenWindows;
import dev.postern.relay.RelayWindows;
import io.vertx.core.Future;
import io.vertx.ext.web.handler.HttpException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/relay}: which windows are open, and closing one. */
final class RelayResource {

    private final ApiServices services;
    private final ExportLimiter exports;

    RelayResource(ApiServices services, ExportLimiter exports) {
        this.services = services;
        this.exports = exports;
    }

    void list(ApiRequest request) {
        ExportFormat format = ExportFormat.of(request.text("format"), request.context());
        exports.send(request, format, ApiItem.RelayWindowDto.class, new Windows(request, Instant.now()));
    }

    /** The list in parts; nothing is gathered before the first is asked for. */
    private final class Windows implements ExportStream.ExportSource {
        private final ApiRequest request;
        private final Instant asOf;
        private @Nullable OpenWindows open;

        Windows(ApiRequest request, Instant asOf) {
            this.request = request;
            this.asOf = asOf;
        }

        @Override
        public Future<ExportStream.ExportPart> after(String last) {
            OpenWindows gathered = open;
            return gathered != null
                    ? Future.succeededFuture(part(gathered))
                    : services.relay()
                            .open(address -> request.mayKnow(address.domain()))
                            .onSuccess(first -> open = first)
                            .map(this::part);
        }

        private ExportStream.ExportPart part(OpenWindows windows) {
            List<ApiItem.RelayWindowDto> items =
                    windows.next().stream().map(ApiItem.RelayWindowDto::of).toList();
            return new ExportStream.ExportPart(items, windows.hasNext() ? "more" : null, asOf);
        }
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

    /** A window that several mailboxes hold open is closed for all of them or for none. */
    private Future<Void> mayClose(ApiRequest request, IpAddress ip) {
        if (request.token() == null || request.token().domains() == null) {
            return Future.succeededFuture();
        }
        return services.relay().openTo(ip).compose(open -> {
            boolean own = false;
            boolean foreign = false;
            while (open.hasNext()) {
                for (RelayWindows.OpenWindow window : open.next()) {
                    boolean known = request.mayKnow(window.address().domain());
                    own |= known;
                    foreign |= !known;
                }
            }
            int status = !own ? 404 : foreign ? 403 : 204;
            return status == 204 ? Future.succeededFuture() : Future.failedFuture(new HttpException(status));
        });
    }
}
