package dev.postern.dovecot.events;

import dev.postern.model.Event;
import dev.postern.net.Lines;
import dev.postern.net.Peer;
import dev.postern.net.Session;
import dev.postern.pending.Intake;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One peer's state, without a socket: lines in, as many answers out in the same order.
 *
 * <p>Answers that become known together leave in one write. A peer that sends faster than its answers come is not read from for
 * a while. It need not read them: they are counted, it is read from more slowly, and what was told is taken in also when nobody
 * is there any more to hear of it.
 */
final class EventSession implements Session {

    private static final Logger log = LoggerFactory.getLogger(EventSession.class);

    /** Answers that may be owed to one peer before it is not read any more. */
    static final int MAX_OWED = 2000;

    /** Different answers after one another that may lie there for a peer that does not read, before it is not read either. */
    static final int MAX_UNSENT_RUNS = 1000;

    private static final int RUN_BYTES = 32;

    /** Of one write, in bytes. */
    private static final int PIECE = 8192;

    private final Peer peer;
    private final Intake intake;
    private final InstantSource clock;
    private final ReadingTurns turns;
    private final EventCounters counters;
    private final Lines lines = new Lines(EventLine.MAX_LENGTH, this::line);
    private final Owed owed = new Owed();
    private final Unsent unsent = new Unsent();
    private Instant now = Instant.EPOCH;
    private boolean ended;
    private boolean paused;
    private boolean waiting;
    private int rejections;

    EventSession(Peer peer, Intake intake, InstantSource clock, ReadingTurns turns, EventCounters counters) {
        this.peer = peer;
        this.intake = intake;
        this.clock = clock;
        this.turns = turns;
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
    public void end() {
        if (!ended && lines.isMidLine()) {
            counters.truncated();
        }
        ended = true;
        answer();
    }

    /** Every event up to and including this number cannot be lost any more. */
    void settled(long upTo) {
        while (!owed.isEmpty() && owed.first() <= upTo) {
            unsent.add(owed.first());
            owed.removeFirst();
        }
        answer();
    }

    /** Nothing that waits is promised any more. */
    void stalled() {
        while (!owed.isEmpty()) {
            long answer = owed.first();
            owed.removeFirst();
            unsent.add(Math.min(answer, Owed.BUSY));
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
    public void drained() {
        answer();
    }

    @Override
    public boolean owes() {
        // What is known and not sent waits for a peer that does not read, and no stop waits for that.
        return !owed.isEmpty();
    }

    @Override
    public int held() {
        return lines.held() + owed.held() + unsent.runs() * RUN_BYTES;
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
        if (number != Intake.REFUSED) {
            counters.accepted(event);
        }
        owe(number == Intake.REFUSED || intake.isStalled() ? Owed.BUSY : number);
    }

    private void reject(Rejection why) {
        rejections++;
        counters.rejected(why);
        owe(why.code());
    }

    private void owe(long answer) {
        if (answer < 0 && owed.isEmpty()) {
            unsent.add(answer);
        } else {
            owed.add(answer);
        }
    }

    private void answer() {
        while (!unsent.isEmpty() && !peer.isFull()) {
            peer.write(unsent.take(PIECE));
        }
        if (ended && owed.isEmpty() && unsent.isEmpty()) {
            peer.close();
        } else {
            throttle();
        }
    }

    private void throttle() {
        if (!paused && (owed.size() >= MAX_OWED || unsent.runs() >= MAX_UNSENT_RUNS || peer.isFull())) {
            paused = true;
            peer.pause();
        }
        if (mayGoOn() && !peer.isFull()) {
            goOn();
        } else if (mayGoOn() && !waiting) {
            waiting = true;
            turns.await(this::turn);
        }
    }

    private boolean mayGoOn() {
        return paused && !ended && owed.size() < MAX_OWED / 2 && unsent.runs() < MAX_UNSENT_RUNS / 2;
    }

    private void goOn() {
        paused = false;
        peer.resume();
    }

    private boolean turn() {
        waiting = false;
        boolean may = mayGoOn();
        if (may) {
            goOn();
        }
        return may;
    }
}
