package dev.postern.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Whole answers, with the validators by which a client knows one that it has already. */
final class ApiResponse {

    static final String AS_OF = "Postern-As-Of";

    private static final int TAG_BYTES = 12;

    private ApiResponse() {}

    static void send(RoutingContext request, String type, Buffer body) {
        // Set here because it is to be the same for HEAD, which has no body.
        request.response()
                .putHeader(HttpHeaderNames.CONTENT_TYPE, type)
                .putHeader(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length()))
                .end(body);
    }

    /**
     * JSON with an ETag. The tag is weak: it stands for everything but {@code as_of}.
     *
     * @param content a JSON object without its closing brace, which the tag stands for
     * @param asOf its last member; also in a header, for an answer of 304
     */
    static void send(RoutingContext request, Buffer content, Instant asOf) {
        String tag = "W/\"" + tag(content) + "\"";
        HttpServerResponse response =
                request.response().putHeader(HttpHeaderNames.ETAG, tag).putHeader(AS_OF, asOf.toString());
        if (matches(request.request().getHeader(HttpHeaderNames.IF_NONE_MATCH), tag)) {
            response.setStatusCode(304).end();
        } else {
            Buffer answer = Buffer.buffer(content.length() + 64)
                    .appendBuffer(content)
                    .appendString(",\"as_of\":\"" + asOf + "\"}");
            send(request, ExportFormat.JSON.contentType(), answer);
        }
    }

    /** Weak comparison: RFC 9110, 13.1.2. */
    static boolean matches(@Nullable String condition, String tag) {
        if (condition == null) {
            return false;
        }
        String opaque = tag.substring(2);
        for (String one : condition.split(",", -1)) {
            String candidate = one.strip();
            if (candidate.equals("*") || candidate.equals(opaque) || candidate.equals(tag)) {
                return true;
            }
        }
        return false;
    }

    private static String tag(Buffer content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes());
            byte[] part = new byte[TAG_BYTES];
            ByteBuffer.wrap(digest).get(part);
            return Base64.getUrlEncoder().encodeToString(part);
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
