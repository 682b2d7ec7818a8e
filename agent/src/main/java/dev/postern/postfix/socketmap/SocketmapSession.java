package dev.postern.postfix.socketmap;

import dev.postern.net.FramingException;
import dev.postern.net.NetstringCodec;
import dev.postern.net.Peer;
import dev.postern.net.Session;
import dev.postern.postfix.lookup.LookupReplyQueue;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests of one connection. While the peer does not read its replies, or has {@value #MAX_IN_FLIGHT} requests
 * open, nothing is read from it.
 */
final class SocketmapSession implements Session {

    /** Longest request in bytes; Postfix's own snapshots send no longer ones. */
    static final int MAX_REQUEST = 10_000;

    /** Postfix sends one request at a time; of a peer that sends more, no more than this are worked on. */
    static final int MAX_IN_FLIGHT = 32;

    private static final Logger log = LoggerFactory.getLogger(SocketmapSession.class);

    private final Peer peer;
    private final SocketmapDispatcher dispatcher;
    private final LookupReplyQueue replies;
    private final Runnable dropped;
    private final NetstringCodec requests = new NetstringCodec(MAX_REQUEST);
    private boolean ended;
    private boolean stopped;
    private boolean paused;
    private boolean taking;

    /**
     * A connection's session.
     *
     * @param turns makes the queue that replies in order
     * @param dropped called when the peer was not understood
     */
    SocketmapSession(
            Peer peer,
            SocketmapDispatcher dispatcher,
            Function<Consumer<String>, LookupReplyQueue> turns,
            Runnable dropped) {
        this.peer = peer;
        this.dispatcher = dispatcher;
        this.replies = turns.apply(this::reply);
        this.dropped = dropped;
    }

    @Override
    public void read(byte[] bytes) {
        if (!stopped) {
            requests.feed(Buffer.buffer(bytes));
            take();
        }
    }

    @Override
    public void inputClosed() {
        ended = true;
        closeIfDone();
    }

    @Override
    public void stop() {
        stopped = true;
        peer.pause();
        inputClosed();
    }

    @Override
    public void writable() {
        take();
    }

    @Override
    public boolean hasPendingReplies() {
        return replies.inFlight() > 0;
    }

    @Override
    public int bufferedBytes() {
        return requests.bufferedBytes() + replies.bufferedBytes();
    }

    @Override
    public void closed() {
        stopped = true;
        replies.close();
    }

    private void reply(String payload) {
        peer.write(NetstringCodec.encode(payload).getBytes());
        take();
    }

    /** Takes requests while there is room for their replies. */
    private void take() {
        if (taking) {
            return;
        }
        taking = true;
        try {
            for (Buffer request = next(); request != null; request = next()) {
                dispatcher.ask(request, replies);
            }
        } catch (FramingException broken) {
            drop(broken);
        } finally {
            taking = false;
        }
        throttle();
        closeIfDone();
    }

    private @Nullable Buffer next() throws FramingException {
        return hasRoom() ? requests.next() : null;
    }

    private boolean hasRoom() {
        return !stopped && replies.inFlight() < MAX_IN_FLIGHT && !peer.isFull();
    }

    private void throttle() {
        boolean tooMuch = !hasRoom();
        if (tooMuch && !paused) {
            peer.pause();
        } else if (paused && !tooMuch) {
            peer.resume();
        }
        paused = tooMuch;
    }

    private void closeIfDone() {
        // While it is paused there may be more that has arrived.
        if (ended && (stopped || !paused) && replies.inFlight() == 0) {
            peer.close();
        }
    }

    /** The text never repeats what the peer sent. */
    private void drop(FramingException broken) {
        dropped.run();
        log.atWarn().addKeyValue("reason", broken.getMessage()).log("socketmap peer dropped");
        stopped = true;
        replies.close();
        peer.close();
    }
}
