package dev.postern.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.handler.HttpException;

/** Whole lists under way: few at a time, since each keeps the database and the event loop busy in turns. */
final class Exports {

    private static final int MOST = 4;

    private int running;

    void send(Asked request, Format format, Class<? extends Item> type, Export.Source source) {
        if (running >= MOST) {
            request.context().response().putHeader(HttpHeaderNames.RETRY_AFTER, "5");
            throw new HttpException(503, MOST + " exports are running");
        }
        running++;
        boolean head = request.context().request().method().equals(HttpMethod.HEAD);
        Export.send(request.context().response(), format, type, source, head)
                .onComplete(done -> running--)
                .onFailure(request::unavailable);
    }
}
