package dev.postern.socketmap;

import dev.postern.core.Answer;
import dev.postern.core.Timers;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one connection. Exactly one reply for each, in their order, whatever the lookups do: Postfix matches
 * replies to requests by nothing else, and would take a surplus one for the answer to its next question.
 */
final class SocketmapSession {

    private static final class Pending {
        final ServedMap map;
        final long begin = System.nanoTime();
        Runnable cancelDeadline = () -> {};

        @Nullable
        String reply;

        Pending(ServedMap map) {
            this.map = map;
        }
    }

    private final Map<String, ServedMap> maps;
    private final ServedMap unknown;
    private final Timers timers;
    private final Duration deadline;
    private final Consumer<String> replies;
    private final Deque<Pending> pending = new ArrayDeque<>();

    /**
     * A connection's session.
     *
     * @param unknown counts what belongs to no map
     * @param deadline for one lookup; after it {@code TEMP} is the reply, and what the lookup says later is dropped
     * @param replies takes the payload of each reply
     */
    SocketmapSession(
            Map<String, ServedMap> maps,
            ServedMap unknown,
            Timers timers,
            Duration deadline,
            Consumer<String> replies) {
        this.maps = maps;
        this.unknown = unknown;
        this.timers = timers;
        this.deadline = deadline;
        this.replies = replies;
    }

    /** Takes a request. */
    void on(Buffer payload) {
        SocketmapRequest request = SocketmapRequest.parse(payload);
        ServedMap map = request == null ? null : maps.get(request.map());
        if (request == null || map == null) {
            finish(
                    enqueue(unknown),
                    request == null ? SocketmapReply.MALFORMED : SocketmapReply.UNKNOWN_MAP,
                    Outcome.REFUSED);
            return;
        }
        Pending slot = enqueue(map);
        map.answer(request.key()).onComplete(answer -> answered(slot, answer), failure -> failed(slot, failure));
        if (slot.reply == null) {
            slot.cancelDeadline = timers.after(deadline, () -> finish(slot, SocketmapReply.TIMED_OUT, Outcome.TIMEOUT));
        }
    }

    /** Requests without a reply so far, and replies that wait for one before them. */
    int inFlight() {
        return pending.size();
    }

    /** The peer is gone: nothing is sent any more. */
    void close() {
        pending.forEach(slot -> slot.cancelDeadline.run());
        pending.clear();
    }

    private Pending enqueue(ServedMap map) {
        Pending slot = new Pending(map);
        pending.add(slot);
        return slot;
    }

    private void answered(Pending slot, Answer answer) {
        finish(slot, SocketmapReply.of(answer), Outcome.of(answer));
    }

    private void failed(Pending slot, Throwable failure) {
        slot.map.report(failure);
        finish(slot, SocketmapReply.INTERNAL, Outcome.ERROR);
    }

    private void finish(Pending slot, String reply, Outcome outcome) {
        if (slot.reply != null) {
            return;
        }
        slot.reply = reply;
        slot.cancelDeadline.run();
        slot.map.count(outcome, System.nanoTime() - slot.begin);
        flush();
    }

    private void flush() {
        for (Pending head = pending.peek(); head != null && head.reply != null; head = pending.peek()) {
            pending.remove();
            replies.accept(head.reply);
        }
    }
}
