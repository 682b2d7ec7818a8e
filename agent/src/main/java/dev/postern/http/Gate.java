package dev.postern.http;

import dev.postern.tokens.Role;
import dev.postern.tokens.Token;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.openapi.contract.Operation;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Who comes in: by a token where the document says so, and not too often. */
final class Gate {

    private static final String SCHEME = "Bearer ";

    private final Access access;
    private final Rate rate;
    private final Function<HttpServerRequest, String> peer;

    /** @param peer where a request comes from */
    Gate(Access access, Rate rate, Function<HttpServerRequest, String> peer) {
        this.access = access;
        this.rate = rate;
        this.peer = peer;
    }

    /** Null where no token is needed; fails with 401, 403, 429 or 503. */
    Future<@Nullable Token> enter(RoutingContext request, Operation operation) {
        if (operation.getSecurityRequirements().isEmpty()) {
            return take("peer " + peer.apply(request.request()), request).map(entered -> null);
        }
        String text = bearer(request);
        Token proved = text == null ? null : access.proved(text);
        if (proved != null) {
            return admit(proved, request, operation);
        }
        // Whoever tries tokens counts by where they come from.
        return take("peer " + peer.apply(request.request()), request)
                .compose(may -> text == null ? Future.failedFuture(new HttpException(401)) : access.of(text))
                .compose(token -> admit(token, request, operation));
    }

    private Future<@Nullable Token> admit(Token token, RoutingContext request, Operation operation) {
        Role needed = operation.getHttpMethod().equals(HttpMethod.GET) ? Role.READ : Role.WRITE;
        if (needed == Role.WRITE && token.role() != Role.WRITE) {
            return Future.failedFuture(new HttpException(403, "this takes a token of role write"));
        }
        return take("token " + token.name(), request).map(entered -> token);
    }

    private Future<Void> take(String who, RoutingContext request) {
        if (rate.take(who)) {
            return Future.succeededFuture();
        }
        request.response().putHeader(HttpHeaderNames.RETRY_AFTER, "1");
        return Future.failedFuture(new HttpException(429));
    }

    private static @Nullable String bearer(RoutingContext request) {
        String header = request.request().getHeader(HttpHeaders.AUTHORIZATION);
        return header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? header.substring(SCHEME.length()).strip()
                : null;
    }
}
