package dev.postern.events;

import io.vertx.core.net.NetSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session's socket. */
final class EventConnection implements EventSession.Peer {

    private static final Logger log = LoggerFactory.getLogger(EventConnection.class);

    private final NetSocket socket;
    private @Nullable EventSession session;
    private boolean wasFull;

    EventConnection(NetSocket socket) {
        this.socket = socket;
    }

    void serve(EventSession served) {
        session = served;
        socket.drainHandler(drained -> served.drained());
    }

    EventSession session() {
        if (session == null) {
            throw new IllegalStateException("not served yet");
        }
        return session;
    }

    void stop() {
        session().stop();
    }

    /** To be called at long intervals: a peer that was full last time and still is does not read any more. */
    void closeIfStuck() {
        if (socket.writeQueueFull() && wasFull) {
            log.atWarn().log("peer of the events socket does not read its answers, closed");
            socket.close();
        }
        wasFull = socket.writeQueueFull();
    }

    /** One line for however many refused lines a peer has sent, so that no peer can fill the log. */
    void closed() {
        if (session().rejections() > 0) {
            log.atWarn().addKeyValue("lines", session().rejections()).log("malformed events refused");
        }
    }

    @Override
    public void write(String answers) {
        socket.write(answers);
    }

    @Override
    public boolean isFull() {
        return socket.writeQueueFull();
    }

    @Override
    public void pause() {
        socket.pause();
    }

    @Override
    public void resume() {
        socket.resume();
    }

    @Override
    public void close() {
        socket.close();
    }
}
