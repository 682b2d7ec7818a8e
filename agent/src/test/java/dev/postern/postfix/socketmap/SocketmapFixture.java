package dev.postern.postfix.socketmap;

import dev.postern.model.LookupResult;
import dev.postern.postfix.lookup.LookupReplyQueue;
import dev.postern.testing.ManualTime;
import dev.postern.testing.RecordingPeer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A session over lookups that know a few keys. */
final class SocketmapFixture {

    private static final Map<String, LookupResult> ANSWERS = Map.of(
            "hit@example.com", new LookupResult.Found("452 4.2.2 Mailbox is over quota"),
            "full2@example.com", new LookupResult.Found("452 4.2.2 Mailbox is over quota"),
            "temp@example.com", new LookupResult.TempFail("database is down"),
            "2001:db8::7", new LookupResult.Found("OK"));

    private SocketmapFixture() {}

    /** What the peer reads of this, with a mark at the end once it is hung up on. */
    static String replay(List<byte[]> pieces) {
        RecordingPeer peer = new RecordingPeer();
        SocketmapDispatcher dispatcher = new SocketmapDispatcher(
                Map.of("quota", SocketmapFixture::answer, "pbs", SocketmapFixture::answer), new SimpleMeterRegistry());
        SocketmapSession session = new SocketmapSession(
                peer,
                dispatcher,
                replies -> new LookupReplyQueue(new ManualTime(), Duration.ofSeconds(2), replies),
                () -> {});
        pieces.forEach(session::read);
        return peer.take() + (peer.isClosed() ? "!" : "");
    }

    private static Future<LookupResult> answer(String key) {
        return Future.succeededFuture(ANSWERS.getOrDefault(key, LookupResult.MISSING));
    }
}
