package dev.postern.postfix.socketmap;

import dev.postern.postfix.lookup.LookupHandler;
import dev.postern.postfix.lookup.LookupReplyQueue;
import dev.postern.postfix.lookup.MeteredLookup;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;

/** The maps there are, by their names. Shared by all connections. */
final class SocketmapDispatcher {

    private final Map<String, MeteredLookup<String>> maps = new HashMap<>();
    private final MeteredLookup<?> unknown;

    SocketmapDispatcher(Map<String, LookupHandler<String>> lookups, MeterRegistry meters) {
        lookups.forEach((name, lookup) -> maps.put(name, new MeteredLookup<>(name, lookup, meters)));
        unknown = new MeteredLookup<>("unknown", key -> Future.failedFuture("no such map"), meters);
    }

    /** Calls the map's handler. */
    void ask(Buffer payload, LookupReplyQueue replies) {
        SocketmapRequest request = SocketmapRequest.parse(payload);
        MeteredLookup<String> map = request == null ? null : maps.get(request.map());
        if (request == null) {
            replies.refuse(unknown, SocketmapReply.MALFORMED);
        } else if (map == null) {
            replies.refuse(unknown, SocketmapReply.UNKNOWN_MAP);
        } else {
            replies.ask(map, request.key(), SocketmapReply.WORDING);
        }
    }
}
