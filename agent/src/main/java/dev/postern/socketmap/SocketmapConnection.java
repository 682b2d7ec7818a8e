package dev.postern.socketmap;

import dev.postern.net.FramingException;
import dev.postern.net.Netstrings;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Between one peer's socket and its session: framing, and taking no more than there is room for. While a peer does not
 * read its replies, or has {@value #MAX_IN_FLIGHT} requests open, nothing is read from it.
 */
final class SocketmapConnection {

    /** Longest request in bytes; Postfix's own snapshots send no longer ones. */
    static final int MAX_REQUEST = 10_000;

    /** Postfix sends one request at a time; who sends more gets no more than this worked on. */
    static final int MAX_IN_FLIGHT = 32;

    private static final Logger log = LoggerFactory.getLogger(SocketmapConnection.class);

    private final NetSocket socket;
    private final SocketmapSession session;
    private final MeterRegistry meters;
    private final Netstrings requests = new Netstrings(MAX_REQUEST);
    private boolean paused;

    SocketmapConnection(NetSocket socket, Function<Consumer<String>, SocketmapSession> session, MeterRegistry meters) {
        this.socket = socket;
        this.session = session.apply(this::reply);
        this.meters = meters;
    }

    void open() {
        socket.handler(this::received).drainHandler(room -> readOn()).closeHandler(closed -> session.close());
    }

    private void received(Buffer bytes) {
        requests.feed(bytes);
        take();
    }

    private void reply(String payload) {
        socket.write(Netstrings.encode(payload));
        readOn();
    }

    private void readOn() {
        if (paused) {
            paused = false;
            socket.resume();
            take();
        }
    }

    /** Takes requests while there is room for their replies; what it throws closes the connection. */
    private void take() {
        try {
            while (session.inFlight() < MAX_IN_FLIGHT && !socket.writeQueueFull()) {
                Buffer request = requests.next();
                if (request == null) {
                    return;
                }
                session.on(request);
            }
            paused = true;
            socket.pause();
        } catch (FramingException broken) {
            drop(broken);
        }
    }

    private void drop(FramingException broken) {
        meters.counter("postern.socketmap.dropped").increment();
        log.atWarn().addKeyValue("reason", broken.getMessage()).log("socketmap peer dropped");
        socket.handler(rest -> {});
        socket.close();
    }
}
