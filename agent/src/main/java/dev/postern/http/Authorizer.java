package dev.postern.http;

import dev.postern.tokens.Token;
import dev.postern.tokens.TokenRole;
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

/**
 * Admits requests, at a bounded rate: under {@code /api} by a token, whatever is asked for there and whether or not
 * there is such a thing; elsewhere every request for a path of the document.
 */
final class Authorizer {

    private static final String API = "/api";
    private static final String SCHEME = "Bearer ";

    /** Where the request keeps whose it is. */
    private static final String TOKEN = "token";

    private final TokenAuthenticator authenticator;
    private final RateLimiter rateLimiter;
    private final Function<HttpServerRequest, String> peer;

    /** @param peer where a request comes from */
    Authorizer(TokenAuthenticator authenticator, RateLimiter rateLimiter, Function<HttpServerRequest, String> peer) {
        this.authenticator = authenticator;
        this.rateLimiter = rateLimiter;
        this.peer = peer;
    }

    /**
     * Runs before any reply to a request; fails with 401, 429 or 503.
     *
     * @param path as the router compares it
     */
    Future<Void> enter(RoutingContext request, String path) {
        if (!path.equals(API) && !path.startsWith(API + "/")) {
            return Future.succeededFuture();
        }
        return token(request)
                .compose(token ->
                        tryAcquire("token " + token.name(), request).onSuccess(taken -> request.put(TOKEN, token)));
    }

    /** Whose request for an operation it is, null where no token is needed; fails with 401, 403 or 429. */
    Future<@Nullable Token> admit(RoutingContext request, Operation operation) {
        if (operation.getSecurityRequirements().isEmpty()) {
            return tryAcquire(peer(request), request).map(taken -> null);
        }
        Token token = request.get(TOKEN);
        if (token == null) {
            return Future.failedFuture(new HttpException(401));
        }
        TokenRole needed = operation.getHttpMethod().equals(HttpMethod.GET) ? TokenRole.READ : TokenRole.WRITE;
        return needed == TokenRole.WRITE && token.role() != TokenRole.WRITE
                ? Future.failedFuture(new HttpException(403, "this takes a token of role write"))
                : Future.succeededFuture(token);
    }

    private Future<Token> token(RoutingContext request) {
        String text = bearer(request);
        Token found = text == null ? null : authenticator.find(text);
        if (found != null) {
            return Future.succeededFuture(found);
        }
        // Wrong tokens count by where they come from.
        return tryAcquire(peer(request), request)
                .compose(may ->
                        text == null ? Future.failedFuture(new HttpException(401)) : authenticator.findSlowly(text));
    }

    private String peer(RoutingContext request) {
        return "peer " + peer.apply(request.request());
    }

    private Future<Void> tryAcquire(String who, RoutingContext request) {
        if (rateLimiter.tryAcquire(who)) {
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
