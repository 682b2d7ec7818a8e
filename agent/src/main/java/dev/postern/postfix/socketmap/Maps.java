package dev.postern.postfix.socketmap;

import dev.postern.postfix.lookup.Lookup;
import dev.postern.postfix.lookup.ServedLookup;
import dev.postern.postfix.lookup.Turns;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;

/** The maps there are, by their names. Shared by all connections. */
final class Maps {

    private final Map<String, ServedLookup<String>> maps = new HashMap<>();
    private final ServedLookup<?> unknown;

    Maps(Map<String, Lookup<String>> lookups, MeterRegistry meters) {
        lookups.forEach((name, lookup) -> maps.put(name, new ServedLookup<>(name, lookup, meters)));
        unknown = new ServedLookup<>("unknown", key -> Future.failedFuture("no such map"), meters);
    }

    /** Asks whom it concerns. */
    void ask(Buffer payload, Turns turns) {
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
}
