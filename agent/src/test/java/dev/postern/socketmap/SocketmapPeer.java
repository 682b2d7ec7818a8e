package dev.postern.socketmap;

import dev.postern.core.Timers;
import dev.postern.lookup.Lookup;
import dev.postern.lookup.ServedLookup;
import dev.postern.lookup.Turns;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A Postfix at the other end of a session, without a socket between. */
public final class SocketmapPeer {

    private final List<String> replies = new ArrayList<>();
    private final SocketmapSession session;

    public SocketmapPeer(Map<String, Lookup<String>> lookups, Timers timers) {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Map<String, ServedLookup<String>> maps = new HashMap<>();
        lookups.forEach((name, lookup) -> maps.put(name, new ServedLookup<>(name, lookup, meters)));
        ServedLookup<String> unknown = new ServedLookup<>("unknown", key -> Future.failedFuture("none"), meters);
        session = new SocketmapSession(maps, unknown, new Turns(timers, Turns.DEADLINE, replies::add));
    }

    public void ask(String map, String key) {
        session.on(Buffer.buffer(map + " " + key));
    }

    /** The payloads of the replies since the last call. */
    public List<String> take() {
        List<String> taken = List.copyOf(replies);
        replies.clear();
        return taken;
    }
}
