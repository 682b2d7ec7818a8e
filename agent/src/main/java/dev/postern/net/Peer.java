package dev.postern.net;

import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;

/** The program at the other end of a socket, as a session sees it. */
public interface Peer {

    /**
     * Sends these bytes, which must not change any more.
     *
     * @return fails when the peer has gone before
     */
    Future<Void> write(byte[] bytes);

    /** Sends text, as UTF-8. */
    default Future<Void> write(String text) {
        return write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether what was written piles up because the peer does not read. */
    boolean isFull();

    /** Reads nothing more from the peer until {@link #resume}. */
    void pause();

    void resume();

    void close();
}
