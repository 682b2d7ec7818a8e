package dev.postern.http;

import dev.postern.config.PrintableText;
import dev.postern.mailbox.UnavailableException;
import dev.postern.model.FailureText;
import dev.postern.tokens.Token;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatedRequest;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request that is what the document allows.
 *
 * @param token of the client; null where none is needed
 */
record ApiRequest(
        RoutingContext context,
        ValidatedRequest inputs,
        @Nullable Token token) {

    /** What answers an operation; an {@link HttpException} is an answer too. */
    @FunctionalInterface
    interface ApiHandler {
        void handle(ApiRequest request);
    }

    /** Characters of a path in the log. */
    static final int MAX_PATH_LENGTH = 200;

    private static final Logger log = LoggerFactory.getLogger(ApiRequest.class);

    String path(String name) {
        return String.valueOf(
                Objects.requireNonNull(inputs.getPathParameters().get(name)).get());
    }

    @Nullable
    String text(String name) {
        RequestParameter value = inputs.getQuery().get(name);
        return value == null || value.isNull() ? null : String.valueOf(value.get());
    }

    int number(String name, int otherwise) {
        RequestParameter value = inputs.getQuery().get(name);
        return value == null || value.isNull() ? otherwise : ((Number) value.get()).intValue();
    }

    @Nullable
    Boolean choice(String name) {
        RequestParameter value = inputs.getQuery().get(name);
        return (value == null || value.isNull()) ? null : (Boolean) value.get();
    }

    /** Whether the client may see this domain. */
    boolean mayKnow(String domain) {
        return token == null || token.domains() == null || token.domains().contains(domain);
    }

    /** As {@link ApiResponse#send}. */
    void answer(Buffer content, Instant asOf) {
        safely(() -> ApiResponse.send(context, content, asOf));
    }

    /** A fault costs this request and is not lost in a callback. */
    void safely(Runnable answering) {
        try {
            answering.run();
        } catch (RuntimeException fault) {
            context.fail(fault);
        }
    }

    /** What is needed for an answer cannot be had now: 503 while the database is away, any other failure is a bug. */
    void unavailable(Throwable failure) {
        if (context.response().closed()) {
            return;
        }
        if (!(failure instanceof UnavailableException)) {
            context.fail(failure);
            return;
        }
        log.atWarn()
                .addKeyValue("method", context.request().method())
                .addKeyValue(
                        "path",
                        PrintableText.of(String.valueOf(context.request().path()), MAX_PATH_LENGTH))
                .addKeyValue("status", 503)
                .addKeyValue("reason", FailureText.of(failure))
                .log("request not answered");
        if (!context.response().headWritten()) {
            context.response().putHeader(HttpHeaderNames.RETRY_AFTER, "5");
        }
        context.fail(new HttpException(503, "the database does not answer and nothing is known from before"));
    }
}
