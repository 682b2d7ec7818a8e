package dev.postern.http;

import dev.postern.config.PrintableText;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.ext.web.openapi.router.OpenAPIRoute;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Path;
import io.vertx.openapi.validation.RequestValidator;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which request is which operation of the document, and what becomes of all others. */
final class ApiRouter {

    private static final Logger log = LoggerFactory.getLogger(ApiRouter.class);

    private final OpenAPIContract contract;
    private final Authorizer authorizer;
    private final RequestValidator validator;

    private ApiRouter(Vertx vertx, OpenAPIContract contract, Authorizer authorizer) {
        this.contract = contract;
        this.authorizer = authorizer;
        this.validator = RequestValidator.create(vertx, contract);
    }

    /**
     * Builds it.
     *
     * @param operations what answers each operation of the document
     */
    static Router of(
            Vertx vertx,
            OpenAPIContract contract,
            Authorizer authorizer,
            Map<String, ApiRequest.ApiHandler> operations) {
        return new ApiRouter(vertx, contract, authorizer).build(RouterBuilder.create(vertx, contract), operations);
    }

    private Router build(RouterBuilder builder, Map<String, ApiRequest.ApiHandler> operations) {
        builder.rootHandler(this::receive);
        for (OpenAPIRoute route : builder.getRoutes()) {
            Operation operation = route.getOperation();
            ApiRequest.ApiHandler answerer = operations.get(operation.getOperationId());
            if (answerer == null) {
                throw new IllegalStateException("nothing answers " + operation.getOperationId());
            }
            // Both are done here, authentication before validation.
            route.setDoSecurity(false)
                    .setDoValidation(false)
                    .addHandler(request -> serve(request, operation, answerer));
        }
        Router router = builder.createRouter();
        router.getRoutes().stream()
                .filter(route -> route.methods() != null && route.methods().contains(HttpMethod.GET))
                .forEach(route -> route.method(HttpMethod.HEAD));
        router.route().failureHandler(ApiRouter::failed);
        router.errorHandler(400, request -> ProblemDetails.of(400).send(request.response()));
        router.errorHandler(404, request -> ProblemDetails.of(404).send(request.response()));
        router.errorHandler(405, this::notAllowed);
        return router;
    }

    private void serve(RoutingContext request, Operation operation, ApiRequest.ApiHandler answerer) {
        authorizer
                .admit(request, operation)
                .compose(token -> RequestParameters.check(validator, request, operation)
                        .map(inputs -> new ApiRequest(request, inputs, token)))
                .onFailure(request::fail)
                .onSuccess(asked -> asked.safely(() -> answerer.handle(asked)));
    }

    /** Whatever the request is. */
    private void receive(RoutingContext request) {
        SecurityHeaders.secure(request.response());
        String path = path(request);
        if (path == null) {
            ProblemDetails.of(400).send(request.response());
        } else {
            authorizer.enter(request, path).onFailure(request::fail).onSuccess(entered -> route(request));
        }
    }

    private void route(RoutingContext request) {
        if (RequestFraming.hasBody(request.request())) {
            ProblemDetails.of(413, "no request has a body").send(request.response());
        } else if (request.request().method().equals(HttpMethod.OPTIONS)) {
            options(request);
        } else {
            request.next();
        }
    }

    /** Null when it is none. */
    private static @Nullable String path(RoutingContext request) {
        try {
            return request.normalizedPath();
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    private void options(RoutingContext request) {
        String allowed = allowed(request);
        if (allowed == null) {
            ProblemDetails.of(404).send(request.response());
            return;
        }
        request.response()
                .setStatusCode(204)
                .putHeader(HttpHeaderNames.ALLOW, allowed)
                .end();
    }

    private void notAllowed(RoutingContext request) {
        String allowed = allowed(request);
        if (allowed != null) {
            request.response().putHeader(HttpHeaderNames.ALLOW, allowed);
        }
        ProblemDetails.of(405).send(request.response());
    }

    private @Nullable String allowed(RoutingContext request) {
        Path path = contract.findPath(request.normalizedPath());
        if (path == null) {
            return null;
        }
        TreeSet<String> methods = path.getOperations().stream()
                .map(Operation::getHttpMethod)
                .map(HttpMethod::name)
                .collect(Collectors.toCollection(TreeSet::new));
        methods.add("OPTIONS");
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        return String.join(", ", methods);
    }

    /** An expected failure has its answer; of anything else, a bug, the peer learns that there is one and no more. */
    private static void failed(RoutingContext request) {
        Throwable failure = request.failure();
        if (failure instanceof HttpException expected) {
            if (expected.getStatusCode() == 401) {
                request.response().putHeader(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"postern\"");
            }
            ProblemDetails.of(expected.getStatusCode(), expected.getPayload()).send(request.response());
            return;
        }
        // The router's own refusals have a status, and a cause in the words of a library.
        boolean refused = request.statusCode() >= 400 && request.statusCode() < 500;
        int status = refused || failure == null ? request.statusCode() : 500;
        if (status >= 500) {
            log.atError()
                    .addKeyValue("method", request.request().method())
                    .addKeyValue(
                            "path",
                            PrintableText.of(String.valueOf(request.request().path()), ApiRequest.MAX_PATH_LENGTH))
                    .setCause(failure)
                    .log("request failed: internal error");
        }
        ProblemDetails.of(status).send(request.response());
    }
}
