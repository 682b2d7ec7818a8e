package dev.postern.postfix.policy;

import dev.postern.model.LookupResult;
import dev.postern.model.MailAddress;
import dev.postern.model.RecipientDelimiter;
import dev.postern.testing.ManualTime;
import dev.postern.testing.RecordingPeer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A session over lookups that know a few recipients and clients. */
final class PolicyFixture {

    /** Bytes that are left. */
    private static final RecipientDelimiter PLUS = new RecipientDelimiter("+");

    private static final Map<String, Long> ROOM = Map.of(
            "room50@example.org", 50L, "room100@example.org", 100L, "full@example.org", 0L, "a=b@example.org", 0L);

    static final Set<String> OPEN = Set.of("192.0.2.7", "2001:db8::7");

    private PolicyFixture() {}

    /** What the peer reads of this, with a mark at the end once it is hung up on. */
    static String replay(List<byte[]> pieces) {
        RecordingPeer peer = new RecordingPeer();
        ManualTime time = new ManualTime();
        PolicyDispatcher dispatcher =
                new PolicyDispatcher(PolicyFixture::quota, PolicyFixture::relay, time, new SimpleMeterRegistry());
        PolicySession session = new PolicySession(peer, dispatcher, time, Duration.ofSeconds(2), () -> {});
        pieces.forEach(session::read);
        return peer.take() + (peer.isClosed() ? "!" : "");
    }

    private static Future<LookupResult> quota(String recipient, long size) {
        MailAddress address = MailAddress.ofRecipient(recipient);
        Long room =
                address == null ? null : ROOM.get(PLUS.withoutExtension(address).value());
        boolean full = room != null && (room == 0 || size > room);
        return Future.succeededFuture(
                full ? new LookupResult.Found("452 4.2.2 Mailbox is over quota") : LookupResult.MISSING);
    }

    private static Future<LookupResult> relay(String key) {
        return Future.succeededFuture(OPEN.contains(key) ? new LookupResult.Found("OK") : LookupResult.MISSING);
    }
}
