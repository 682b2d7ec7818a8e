package dev.postern.net;

/** One peer's state, without a socket. Everything is called on the event loop. */
public interface Session {

    /** Takes what the peer sent. */
    void read(byte[] bytes);

    /** The peer has shut down its output; it may still read. */
    void inputClosed();

    /** The peer reads again. */
    void writable();

    /** Takes nothing further from the peer, and closes once what is owed has been answered. */
    void stop();

    /** Whether an answer is still to come. */
    boolean hasPendingReplies();

    /**
     * What is in memory because of this peer: unfinished input and pending replies.
     *
     * @return bytes, about; 0 when it is silent and waits for nothing
     */
    int bufferedBytes();

    /** The connection is gone. */
    void closed();
}
