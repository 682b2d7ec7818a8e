package dev.postern.net;

/** The peer sent something that no further byte can make right: its connection is to be closed. */
public final class FramingException extends Exception {

    private static final long serialVersionUID = 1;

    /**
     * A framing error.
     *
     * @param reason a short constant, fit for the log; nothing of what the peer sent
     */
    public FramingException(String reason) {
        // No stack trace: it shows nothing of the peer, and peers may cause this as often as they like.
        super(reason, null, false, false);
    }
}
