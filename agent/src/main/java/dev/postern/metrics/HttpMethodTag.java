package dev.postern.metrics;

import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.spi.observability.HttpRequest;
import io.vertx.micrometer.Label;
import java.util.Set;

/**
 * The methods by which requests are counted: a method may be any word that a peer thinks of, and each would have
 * figures of its own. A filter of meters would come too late: Micrometer and Vert.x keep, for each meter, what it was
 * called before it.
 */
final class HttpMethodTag {

    private static final Set<HttpMethod> KNOWN = Set.of(
            HttpMethod.GET,
            HttpMethod.HEAD,
            HttpMethod.POST,
            HttpMethod.PUT,
            HttpMethod.DELETE,
            HttpMethod.CONNECT,
            HttpMethod.OPTIONS,
            HttpMethod.TRACE,
            HttpMethod.PATCH);

    private static final String OTHER = "other";

    private HttpMethodTag() {}

    static Iterable<Tag> of(HttpRequest request) {
        return Tags.of(Label.HTTP_METHOD.toString(), name(request.method()));
    }

    /** As the label has it. */
    static String name(HttpMethod method) {
        return KNOWN.contains(method) ? method.name() : OTHER;
    }
}
