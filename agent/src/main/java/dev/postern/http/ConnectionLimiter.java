package dev.postern.http;

import dev.postern.model.Timers;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Who is connected: not more than so many, and none for longer than a while without a whole request, however many bytes of one
 * it sends meanwhile.
 */
final class ConnectionLimiter {

    /** Between requests, and for the head of one. */
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final int max;
    private final Timers timers;
    private final Counter refused;
    private final Map<HttpConnection, Runnable> deadlines = new HashMap<>();

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
            Runnable cancel = deadlines.remove(connection);
            if (cancel != null) {
                cancel.run();
            }
        });
    }

    /** A whole head has come; the next is awaited once this one has been answered. */
    void requested(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        Runnable cancel = deadlines.get(connection);
        if (cancel != null) {
            cancel.run();
            // The one end handler of a response is ours; whoever else waits for it uses the future of end().
            request.response().endHandler(sent -> deadlines.computeIfPresent(connection, (c, old) -> deadline(c)));
        }
    }

    private Runnable deadline(HttpConnection connection) {
        return timers.after(TIMEOUT, connection::close);
    }
}
