package dev.postern.socketmap;

import dev.postern.core.Answer;
import dev.postern.lookup.ServedLookup;
import dev.postern.lookup.Turns;
import dev.postern.net.FramingException;
import dev.postern.net.Netstrings;
import dev.postern.testing.ManualTime;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A session over lookups that know a few keys. */
final class SocketmapFixture {

    private static final Map<String, Answer> ANSWERS = Map.of(
            "hit@example.com", new Answer.Found("452 4.2.2 Mailbox is over quota"),
            "full2@example.com", new Answer.Found("452 4.2.2 Mailbox is over quota"),
            "temp@example.com", new Answer.TempFail("database is down"),
            "2001:db8::7", new Answer.Found("OK"));

    private SocketmapFixture() {}

    /** What the peer hears of this, with a mark at the end once it is hung up on. */
    static String replay(List<byte[]> pieces) {
        Buffer output = Buffer.buffer();
        MeterRegistry meters = new SimpleMeterRegistry();
        ServedLookup<String> served = new ServedLookup<>("any", SocketmapFixture::answer, meters);
        SocketmapSession session = new SocketmapSession(
                Map.of("quota", served, "pbs", served),
                served,
                new Turns(
                        new ManualTime(),
                        Duration.ofSeconds(2),
                        reply -> output.appendBuffer(Netstrings.encode(reply))));
        Netstrings requests = new Netstrings(SocketmapConnection.MAX_REQUEST);
        try {
            for (byte[] piece : pieces) {
                requests.feed(Buffer.buffer(piece));
                for (Buffer request = requests.next(); request != null; request = requests.next()) {
                    session.on(request);
                }
            }
        } catch (FramingException broken) {
            return output + "!";
        }
        return output.toString();
    }

    private static Future<Answer> answer(String key) {
        return Future.succeededFuture(ANSWERS.getOrDefault(key, Answer.MISSING));
    }
}
