package dev.postern.net;

import java.io.IOException;

/** A peer that does not answer as it should; the message is a sentence of this program's. */
public final class PeerException extends IOException {

    private static final long serialVersionUID = 1;

    /**
     * With a sentence.
     *
     * @param message what is wrong with the answer, for an administrator
     */
    public PeerException(String message) {
        super(message);
    }

    /** With a sentence, and what it was caused by. */
    public PeerException(String message, Throwable cause) {
        super(message, cause);
    }
}
