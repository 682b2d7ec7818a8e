package dev.postern.http;

import dev.postern.model.Timers;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.handler.HttpException;

/** Whole lists under way: few at a time, since each keeps the database and the event loop busy in turns. */
final class ExportLimiter {

    private static final int MAX_COUNT = 4;

    private final Timers timers;
    private int running;

    ExportLimiter(Timers timers) {
        this.timers = timers;
    }

    void send(
            ApiRequest request, ExportFormat format, Class<? extends ApiItem> type, ExportStream.ExportSource source) {
        if (running >= MAX_COUNT) {
            request.context().response().putHeader(HttpHeaderNames.RETRY_AFTER, "5");
            throw new HttpException(503, MAX_COUNT + " exports are running");
        }
        running++;
        boolean head = request.context().request().method().equals(HttpMethod.HEAD);
        ExportStream.send(request.context().response(), format, type, source, timers, head)
                .onComplete(done -> running--)
                .onFailure(request::unavailable);
    }
}
