package dev.postern.http;

import io.vertx.core.Future;
import io.vertx.core.json.Json;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.json.schema.common.dsl.SchemaType;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.RequestValidator;
import io.vertx.openapi.validation.ValidatableRequest;
import io.vertx.openapi.validation.ValidatedRequest;
import io.vertx.openapi.validation.ValidatorException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request, checked against the document.
 *
 * <p>They are taken from the request here and not by the library, which decodes a value twice and takes a text for JSON
 * where it looks like it: {@code a+b@example.org} and {@code 1.5} would arrive as something else.
 */
record RequestParameters(Map<String, RequestParameter> path, Map<String, RequestParameter> query)
        implements ValidatableRequest {

    /** A value that is there. */
    private record ParameterValue(Object get) implements RequestParameter {}

    /** Fails with a 400 that names the problem. */
    static Future<ValidatedRequest> check(RequestValidator validator, RoutingContext request, Operation operation) {
        List<Parameter> known = operation.getParameters();
        TreeSet<String> names = known.stream()
                .filter(parameter -> parameter.getIn() == Location.QUERY)
                .map(Parameter::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        Map<String, RequestParameter> query = new HashMap<>();
        for (String name : request.queryParams().names()) {
            List<String> values = request.queryParams().getAll(name);
            if (!names.contains(name)) {
                return bad("no such parameter; there are: " + String.join(", ", names));
            }
            if (values.size() > 1) {
                return bad(name + ": is there twice");
            }
            query.put(name, value(known, name, values.get(0)));
        }
        Map<String, RequestParameter> path = new HashMap<>();
        request.pathParams().forEach((name, value) -> path.put(name, value(known, name, value)));
        return validator
                .validate(new RequestParameters(path, query), operation.getOperationId())
                .recover(failure -> failure instanceof ValidatorException wrong
                        ? bad(describe(wrong))
                        : Future.failedFuture(failure));
    }

    private static <T> Future<T> bad(String detail) {
        return Future.failedFuture(new HttpException(400, detail));
    }

    private static String describe(ValidatorException wrong) {
        String text = String.valueOf(wrong.getMessage());
        return text.length() > 300 ? text.substring(0, 300) : text;
    }

    /** A text as a JSON text, so that it is read as nothing else. */
    private static ParameterValue value(List<Parameter> known, String name, String text) {
        boolean plain = known.stream()
                .anyMatch(parameter ->
                        parameter.getName().equals(name) && parameter.getSchemaType() == SchemaType.STRING);
        return new ParameterValue(plain ? Json.encode(text) : text);
    }

    @Override
    public Map<String, RequestParameter> getHeaders() {
        return Map.of();
    }

    @Override
    public Map<String, RequestParameter> getCookies() {
        return Map.of();
    }

    @Override
    public Map<String, RequestParameter> getPathParameters() {
        return path;
    }

    @Override
    public Map<String, RequestParameter> getQuery() {
        return query;
    }

    @Override
    public @Nullable RequestParameter getBody() {
        return null;
    }

    @Override
    public @Nullable String getContentType() {
        return null;
    }
}
