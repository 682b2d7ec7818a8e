package dev.postern.mailbox;

/** MySQL did not answer, and nothing is known from before. */
public final class UnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UnavailableException(String reason) {
        // No stack trace: there may be thousands a second, and all come from the same place.
        super(reason, null, false, false);
    }
}
