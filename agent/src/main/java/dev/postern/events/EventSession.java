package dev.postern.events;

import dev.postern.core.Event;
import dev.postern.core.Intake;
import dev.postern.net.Lines;
import dev.postern.net.Peer;
import dev.postern.net.Session;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One peer's state, without a socket: lines in, as many answers out in the same order.
 *
 * <p>Answers that become known together leave in one write. A peer that sends faster than its answers come, or that does
 * not read them, is not read from for a while.
 */
final class EventSession implements Session {

    private static final Logger log = LoggerFactory.getLogger(EventSession.class);

    /** Answers that may be owed to one peer before it is not read any more. */
    static final int MAX_OWED = 2000;

    private static final String OK = "OK\n";
    private static final String BUSY = "BUSY\n";

    private final Peer peer;
    private final Intake intake;
    private final InstantSource clock;
    private final EventCounters counters;
    private final Lines lines = new Lines(EventLine.MAX_LENGTH, this::line);
    private final Owed owed = new Owed();
    private StringBuilder out = new StringBuilder();
    private Instant now = Instant.EPOCH;
    private boolean ended;
    private boolean paused;
    private int rejections;

    EventSession(Peer peer, Intake intake, InstantSource clock, EventCounters counters) {
        this.peer = peer;
        this.intake = intake;
        this.clock = clock;
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
            long answer = owed.first();
            owed.removeFirst();
            out.append(answer < 0 ? refusal(answer) : OK);
        }
        answer();
    }

    /** Nothing that waits is promised any more. */
    void stalled() {
        while (!owed.isEmpty()) {
            long answer = owed.first();
            owed.removeFirst();
            out.append(answer < 0 ? refusal(answer) : BUSY);
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
        return !owed.isEmpty();
    }

    @Override
    public int held() {
        return lines.held() + owed.held();
    }

    /** One line for however many refused lines a peer has sent, so that no peer can fill the log. */
    @Override
    public void closed() {
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
        counters.accepted(event);
        long number = intake.accept(event);
        if (number != Intake.REFUSED && !intake.isStalled()) {
            owed.add(number);
        } else if (owed.isEmpty()) {
            out.append(BUSY);
        } else {
            owed.add(Owed.BUSY);
        }
    }

    private void reject(Rejection why) {
        rejections++;
        counters.rejected(why);
        if (owed.isEmpty()) {
            out.append(refusal(why.code()));
        } else {
            owed.add(why.code());
        }
    }

    private static String refusal(long answer) {
        return answer == Owed.BUSY ? BUSY : "ERR " + Rejection.of(answer).text() + "\n";
    }

    private void answer() {
        if (!out.isEmpty()) {
            String answers = out.toString();
            // Not kept: it may have become large.
            out = new StringBuilder();
            peer.write(answers);
        }
        if (ended && owed.isEmpty()) {
            peer.close();
        } else {
            throttle();
        }
    }

    private void throttle() {
        boolean tooMuch = owed.size() >= MAX_OWED || peer.isFull();
        if (tooMuch && !paused) {
            paused = true;
            peer.pause();
        } else if (paused && !ended && !peer.isFull() && owed.size() < MAX_OWED / 2) {
            paused = false;
            peer.resume();
        }
    }
}
