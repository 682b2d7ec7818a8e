package dev.postern.socketmap;

import dev.postern.lookup.ServedLookup;
import dev.postern.lookup.Turns;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/** The requests of one connection. */
final class SocketmapSession {

    private final Map<String, ServedLookup<String>> maps;
    private final ServedLookup<?> unknown;
    private final Turns turns;

    /**
     * A connection's session.
     *
     * @param unknown counts what belongs to no map
     * @param turns takes the payload of each reply
     */
    SocketmapSession(Map<String, ServedLookup<String>> maps, ServedLookup<?> unknown, Turns turns) {
        this.maps = maps;
        this.unknown = unknown;
        this.turns = turns;
    }

    /** Takes a request. */
    void on(Buffer payload) {
        SocketmapRequest request = SocketmapRequest.parse(payload);
        ServedLookup<String> map = request == null ? null : maps.get(request.map());
        if (request == null) {
            turns.refuse(unknown, SocketmapReply.MALFORMED);
        } else if (map == null) {
            turns.refuse(unknown, SocketmapReply.UNKNOWN_MAP);
        } else {
            turns.ask(map, request.key(), SocketmapReply.WORDING);
        }
    }

    /** Requests without a reply so far, and replies that wait for one before them. */
    int inFlight() {
        return turns.inFlight();
    }

    /** The peer is gone: nothing is sent any more. */
    void close() {
        turns.close();
    }
}
