package dev.postern.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/**
 * What a request comes to that has no other answer: RFC 9457.
 *
 * @param detail for the client; null = the status is enough
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ProblemDetails(
        String type, String title, int status, @Nullable String detail) {

    private static final String MEDIA_TYPE = "application/problem+json";

    static ProblemDetails of(int status) {
        return of(status, null);
    }

    static ProblemDetails of(int status, @Nullable String detail) {
        // The title that goes with about:blank is the status' own phrase.
        return new ProblemDetails(
                "about:blank", HttpResponseStatus.valueOf(status).reasonPhrase(), status, detail);
    }

    Future<Void> send(HttpServerResponse response) {
        if (response.ended() || response.closed()) {
            return Future.succeededFuture();
        }
        if (response.headWritten()) {
            // Half an answer must not look like a whole one.
            return response.reset();
        }
        return response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE)
                .end(ItemRenderer.json(this));
    }
}
