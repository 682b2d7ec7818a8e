package dev.postern.net;

/** A socket cannot be listened on; the message names it and the reason, for an administrator. */
public final class ListenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ListenException(String message) {
        super(message);
    }

    public ListenException(String message, Throwable cause) {
        super(message, cause);
    }
}
