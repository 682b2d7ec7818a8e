package dev.postern.net;

/** The program at the other end of a socket, as a session sees it. */
public interface Peer {

    /** Sends text, as UTF-8. */
    void write(String text);

    /** Whether what was written piles up because the peer does not read. */
    boolean isFull();

    /** Reads nothing more from the peer until {@link #resume}. */
    void pause();

    void resume();

    void close();
}
