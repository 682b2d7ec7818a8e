package dev.postern.admin;

/** A change that what is in the database does not allow; nothing was changed. The message is one line. */
public final class RefusedChangeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean confirmable;

    private RefusedChangeException(String message, boolean confirmable) {
        super(message);
        this.confirmable = confirmable;
    }

    /** The change is impossible as long as that holds. */
    public static RefusedChangeException because(String message) {
        return new RefusedChangeException(message, false);
    }

    /** The change has a consequence that the administrator is to confirm. */
    public static RefusedChangeException unconfirmed(String consequence) {
        return new RefusedChangeException(consequence, true);
    }

    /** Whether the same change goes through once it is confirmed. */
    public boolean isConfirmable() {
        return confirmable;
    }
}
