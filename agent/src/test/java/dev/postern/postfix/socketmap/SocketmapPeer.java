package dev.postern.postfix.socketmap;

import dev.postern.model.Timers;
import dev.postern.net.FramingException;
import dev.postern.net.NetstringCodec;
import dev.postern.postfix.lookup.LookupHandler;
import dev.postern.postfix.lookup.LookupReplyQueue;
import dev.postern.testing.RecordingPeer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A Postfix at the other end of a session, without a socket between. */
public final class SocketmapPeer {

    private final RecordingPeer wire = new RecordingPeer();
    private final NetstringCodec heard = new NetstringCodec(SocketmapReply.MAX_BYTES);
    private final SocketmapSession session;

    public SocketmapPeer(Map<String, LookupHandler<String>> lookups, Timers timers) {
        SocketmapDispatcher dispatcher = new SocketmapDispatcher(lookups, new SimpleMeterRegistry());
        session = new SocketmapSession(
                wire,
                dispatcher,
                replies -> new LookupReplyQueue(timers, LookupReplyQueue.DEADLINE, replies),
                () -> {});
    }

    public void ask(String map, String key) {
        session.read(NetstringCodec.encode(map + " " + key).getBytes());
    }

    /** The payloads of the replies since the last call. */
    public List<String> take() {
        List<String> taken = new ArrayList<>();
        try {
            heard.feed(Buffer.buffer(wire.takeBytes()));
            for (Buffer reply = heard.next(); reply != null; reply = heard.next()) {
                taken.add(reply.toString());
            }
        } catch (FramingException broken) {
            throw new AssertionError(broken);
        }
        return taken;
    }
}
