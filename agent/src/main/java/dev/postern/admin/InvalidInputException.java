package dev.postern.admin;

/** A value that no domain, mailbox or subscription may have; the message is one line and names the value's field. */
public final class InvalidInputException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The message never holds a password. */
    public InvalidInputException(String message) {
        super(message);
    }
}
