/**
 * For administrators and their programs: health, metrics and the API, as {@code openapi.yaml} has them. The router is built
 * from that document, and it is served as it is.
 *
 * <pre>
 * GET /readyz   → 200 {"status":"ready","mysql":"up",…}
 * GET /metrics  → 200 text/plain
 * anything else → RFC 9457: {"type":"about:blank","title":"Not Found","status":404}
 * </pre>
 *
 * <p>Bounds: connections, the length of the request line and of the headers, no body at all, idle time. Errors say what is
 * wrong with the request and never what is inside; a fault of ours is a 500, a line in the log and a figure.
 */
@NullMarked
package dev.postern.http;

import org.jspecify.annotations.NullMarked;
