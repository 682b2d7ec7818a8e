package dev.postern.dovecot.events;

import dev.postern.model.Event;
import dev.postern.net.LineDecoder;
import dev.postern.net.Peer;
import dev.postern.net.Session;
import dev.postern.pending.EventIntake;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One peer's state, without a socket: lines in, as many answers out in the same order.
 *
 * <p>Answers that become known together leave in one write. A peer that sends faster than its answers come is not read
 * from for a while. It need not read them: they are counted, it is read from more slowly, and what it sent is taken in
 * also when the peer has gone by then.
 */
final class EventSession implements Session {

    private static final Logger log = LoggerFactory.getLogger(EventSession.class);

    /** Answers that may be owed to one peer before it is not read any more. */
    static final int MAX_PENDING = 2000;

    /**
     * Different answers after one another that may lie there for a peer that does not read, before it is not read
     * either.
     */
    static final int MAX_UNSENT_RUNS = 1000;

    private static final int RUN_BYTES = 32;

    /** Of one write, in bytes. */
    private static final int PIECE = 8192;

    private final Peer peer;
    private final EventIntake intake;
    private final InstantSource clock;
    private final ReadThrottle throttle;
    private final EventMetrics counters;
    private final LineDecoder lines = new LineDecoder(EventLine.MAX_LENGTH, this::line);
    private final EventReplyQueue replies = new EventReplyQueue();
    private final ReplyBuffer unsent = new ReplyBuffer();
    private Instant now = Instant.EPOCH;
    private boolean ended;
    private boolean paused;
    private boolean waiting;
    private int rejections;

    EventSession(Peer peer, EventIntake intake, InstantSource clock, ReadThrottle turns, EventMetrics counters) {
        this.peer = peer;
        this.intake = intake;
        this.clock = clock;
        this.throttle = turns;
        this.counters = counters;
    }

    @Override
    public void read(byte[] bytes) {
        if (ended) {
            return;
        }
        now = clock.instant();
        if (!lines.feed(bytes)) {
            ended = true;
            reject(Rejection.TOO_LONG);
        }
        answer();
    }

    @Override
    public void inputClosed() {
        if (!ended && lines.isMidLine()) {
            counters.truncated();
        }
        ended = true;
        answer();
    }

    /** Every event up to and including this number cannot be lost any more. */
    void settled(long upTo) {
        while (!replies.isEmpty() && replies.first() <= upTo) {
            unsent.add(replies.first());
            replies.removeFirst();
        }
        answer();
    }

    /** Nothing that waits is promised any more. */
    void stalled() {
        while (!replies.isEmpty()) {
            long answer = replies.first();
            replies.removeFirst();
            unsent.add(Math.min(answer, EventReplyQueue.BUSY));
        }
        answer();
    }

    @Override
    public void stop() {
        ended = true;
        peer.pause();
        answer();
    }

    @Override
    public void writable() {
        answer();
    }

    @Override
    public boolean hasPendingReplies() {
        // What is known and not sent waits for a peer that does not read, and no stop waits for that.
        return !replies.isEmpty();
    }

    @Override
    public int bufferedBytes() {
        return lines.bufferedBytes() + replies.bufferedBytes() + unsent.runs() * RUN_BYTES;
    }

    /** One line for however many refused lines a peer has sent, so that no peer can fill the log. */
    @Override
    public void closed() {
        ended = true;
        if (rejections > 0) {
            log.atWarn().addKeyValue("lines", rejections).log("malformed events refused");
        }
    }

    /** Whether the peer is not read from at the moment. */
    boolean isPaused() {
        return paused;
    }

    private void line(byte[] bytes, int from, int to) {
        EventLine line = EventLine.parse(bytes, from, to, now);
        if (line.event() != null) {
            accept(line.event());
        } else if (line.rejection() != null) {
            reject(line.rejection());
        }
    }

    private void accept(Event event) {
        long number = intake.accept(event);
        if (number != EventIntake.REFUSED) {
            counters.accepted(event);
        }
        enqueue(number == EventIntake.REFUSED || intake.isStalled() ? EventReplyQueue.BUSY : number);
    }

    private void reject(Rejection why) {
        rejections++;
        counters.rejected(why);
        enqueue(why.code());
    }

    private void enqueue(long answer) {
        if (answer < 0 && replies.isEmpty()) {
            unsent.add(answer);
        } else {
            replies.add(answer);
        }
    }

    private void answer() {
        while (!unsent.isEmpty() && !peer.isFull()) {
            peer.write(unsent.take(PIECE));
        }
        if (ended && replies.isEmpty() && unsent.isEmpty()) {
            peer.close();
        } else {
            throttle();
        }
    }

    private void throttle() {
        if (!paused && (replies.size() >= MAX_PENDING || unsent.runs() >= MAX_UNSENT_RUNS || peer.isFull())) {
            paused = true;
            peer.pause();
        }
        if (mayResume() && !peer.isFull()) {
            resume();
        } else if (mayResume() && !waiting) {
            waiting = true;
            throttle.await(this::turn);
        }
    }

    private boolean mayResume() {
        return paused && !ended && replies.size() < MAX_PENDING / 2 && unsent.runs() < MAX_UNSENT_RUNS / 2;
    }

    private void resume() {
        paused = false;
        peer.resume();
    }

    private boolean turn() {
        waiting = false;
        boolean may = mayResume();
        if (may) {
            resume();
        }
        return may;
    }
}
