/**
 * For administrators and their programs: health, metrics and the API, as {@code openapi.yaml} has them. The router is
 * built from that document, and it is served as it is.
 *
 * <pre>
 * GET /readyz                    → 200 {"status":"ready","mysql":"up",…}
 * GET /api/v1/mailboxes?limit=1  → 200 {"items":[{"email":"alice@example.org",…}],"next":"alice@example.org",…}
 * anything else                  → RFC 9457: {"type":"about:blank","title":"Not Found","status":404}
 *
 * WebServer (ConnectionLimiter) → ApiRouter → Authorizer (TokenAuthenticator, RateLimiter) → RequestParameters
 *   → ApiOperations → MailboxResource, RelayResource → ApiResponse, ExportStream
 * </pre>
 *
 * <p>Bounds: connections, the length of the request line and of the headers, no body at all, idle time, requests a
 * second, tokens being tried, exports at a time. Errors name what is wrong with the request and never internals; an
 * internal error is a 500, a line in the log and a figure.
 */
@NullMarked
package dev.postern.http;

import org.jspecify.annotations.NullMarked;
