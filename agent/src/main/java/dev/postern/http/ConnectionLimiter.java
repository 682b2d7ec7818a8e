package dev.postern.http;

import dev.postern.model.Timers;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The connections: not more than so many, and none for longer than a while without a whole request, however many bytes
 * of one come meanwhile. After the last request of a connection nothing more is served on it, whatever has come
 * already.
 */
final class ConnectionLimiter {

    /** Between requests, and for the head of one. */
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final int max;
    private final Timers timers;
    private final Counter refused;
    private final Map<HttpConnection, Runnable> deadlines = new HashMap<>();
    private final Set<HttpConnection> ending = Collections.newSetFromMap(new IdentityHashMap<>());

    ConnectionLimiter(int most, Timers timers, Counter refused) {
        this.max = most;
        this.timers = timers;
        this.refused = refused;
    }

    void connected(HttpConnection connection) {
        if (deadlines.size() >= max) {
            refused.increment();
            connection.close();
            return;
        }
        deadlines.put(connection, deadline(connection));
        connection.closeHandler(closed -> {
            ending.remove(connection);
            Runnable cancel = deadlines.remove(connection);
            if (cancel != null) {
                cancel.run();
            }
        });
    }

    /**
     * A whole head has come; the next is awaited once this one has been answered, or the connection closed.
     *
     * @param last whether nothing behind it is served
     * @return false when it is not to be served: the connection has been closed, or ends with a request before it
     */
    boolean requested(HttpServerRequest request, boolean last) {
        HttpConnection connection = request.connection();
        Runnable cancel = deadlines.get(connection);
        // Requests that were read before the connection was closed still come when it is.
        if (cancel == null || ending.contains(connection)) {
            return false;
        }
        cancel.run();
        if (last) {
            ending.add(connection);
        }
        // The one end handler of a response is set here; whatever else waits for it uses the future of end().
        request.response().endHandler(sent -> {
            if (last) {
                // Vert.x does so by itself only for a header of the one option "close". Once the response is counted.
                Vertx.currentContext().runOnContext(counted -> connection.close());
            } else {
                deadlines.computeIfPresent(connection, (c, old) -> deadline(c));
            }
        });
        return true;
    }

    private Runnable deadline(HttpConnection connection) {
        return timers.after(TIMEOUT, connection::close);
    }
}
