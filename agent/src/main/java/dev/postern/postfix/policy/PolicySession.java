package dev.postern.postfix.policy;

import dev.postern.model.Timers;
import dev.postern.net.LineDecoder;
import dev.postern.net.Peer;
import dev.postern.net.Session;
import dev.postern.postfix.lookup.LookupReplyQueue;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The requests of one connection. While the peer has too many open, or does not read, nothing is read from it. */
final class PolicySession implements Session {

    /** Postfix sends one request at a time. */
    static final int MAX_IN_FLIGHT = 32;

    private static final Logger log = LoggerFactory.getLogger(PolicySession.class);

    private final Peer peer;
    private final PolicyDispatcher dispatcher;
    private final LookupReplyQueue replies;
    private final Runnable dropped;
    private final LineDecoder lines = new LineDecoder(PolicyRequestParser.MAX_LINE, this::line);
    private final PolicyRequestParser request = new PolicyRequestParser();
    private boolean ended;
    private boolean paused;

    /**
     * A connection's session.
     *
     * @param deadline for one request; after it {@code DUNNO} is the reply, and a later result is dropped
     * @param dropped called when the peer was not understood
     */
    PolicySession(Peer peer, PolicyDispatcher dispatcher, Timers timers, Duration deadline, Runnable dropped) {
        this.peer = peer;
        this.dispatcher = dispatcher;
        this.replies = new LookupReplyQueue(timers, deadline, this::reply);
        this.dropped = dropped;
    }

    @Override
    public void read(byte[] bytes) {
        if (!ended && !lines.feed(bytes)) {
            drop("line too long");
        }
        throttle();
    }

    @Override
    public void inputClosed() {
        ended = true;
        closeIfDone();
    }

    @Override
    public void stop() {
        peer.pause();
        inputClosed();
    }

    @Override
    public void writable() {
        throttle();
    }

    @Override
    public boolean hasPendingReplies() {
        return replies.inFlight() > 0;
    }

    @Override
    public int bufferedBytes() {
        return lines.bufferedBytes() + request.bufferedBytes() + replies.bufferedBytes();
    }

    @Override
    public void closed() {
        ended = true;
        replies.close();
    }

    private void line(byte[] bytes, int from, int to) {
        if (ended) {
            return;
        }
        PolicyRequest whole = request.line(bytes, from, to);
        if (whole != null) {
            dispatcher.ask(whole, replies);
        } else if (request.isTooLong()) {
            drop("too many attributes");
        }
    }

    private void reply(String text) {
        peer.write(text);
        throttle();
        closeIfDone();
    }

    private void throttle() {
        boolean tooMuch = replies.inFlight() >= MAX_IN_FLIGHT || peer.isFull();
        if (tooMuch && !paused) {
            peer.pause();
        } else if (paused && !tooMuch && !ended) {
            peer.resume();
        }
        paused = tooMuch;
    }

    private void closeIfDone() {
        if (ended && replies.inFlight() == 0) {
            peer.close();
        }
    }

    /** The text never repeats what the peer sent. */
    private void drop(String why) {
        dropped.run();
        log.atWarn().addKeyValue("reason", why).log("policy peer dropped");
        ended = true;
        replies.close();
        peer.close();
    }
}
