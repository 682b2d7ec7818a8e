package dev.postern.http;

import io.netty.handler.codec.http.HttpRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a request's head that decides where the request ends and which host it is for: RFC 9112, 3.2 and 6.3.
 * Netty has refused by then whatever is not a head, or has two lengths that differ.
 */
final class RequestFraming {

    private static final Pattern HOST =
            Pattern.compile("(\\[[0-9A-Fa-f:.]{2,45}]|[A-Za-z0-9._~!$&'()*+,;=%-]{0,255})(:\\d{0,5})?");

    private RequestFraming() {}

    /** What is wrong with it; null when nothing is. */
    static @Nullable String problem(HttpServerRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
        if (hosts.size() > 1 || (hosts.isEmpty() && request.version() == HttpVersion.HTTP_1_1)) {
            return "a request has one Host";
        }
        if (!hosts.isEmpty() && !HOST.matcher(hosts.get(0)).matches()) {
            return "Host: must be a name or an address, and perhaps a port";
        }
        return request.headers().contains("") ? "a header has no name" : null;
    }

    static boolean hasBody(HttpServerRequest request) {
        return hasBody(
                request.getHeader(HttpHeaders.CONTENT_LENGTH),
                request.headers().contains(HttpHeaders.TRANSFER_ENCODING));
    }

    /** The same of a head as it was decoded. */
    static boolean hasBody(HttpRequest head) {
        return hasBody(
                head.headers().get(HttpHeaders.CONTENT_LENGTH), head.headers().contains(HttpHeaders.TRANSFER_ENCODING));
    }

    private static boolean hasBody(@Nullable String length, boolean encoded) {
        return encoded || (length != null && !length.equals("0"));
    }

    /**
     * Whether the connection ends with the answer: RFC 9112, 9.3 and 9.6. What comes behind such a request is not one.
     */
    static boolean isLast(HttpServerRequest request) {
        String connection = String.join(",", request.headers().getAll(HttpHeaders.CONNECTION))
                .toLowerCase(Locale.ROOT);
        List<String> options = List.of(connection.split("\\s*,\\s*", -1));
        return hasBody(request)
                || options.contains("close")
                || (request.version() == HttpVersion.HTTP_1_0 && !options.contains("keep-alive"));
    }
}
