package dev.postern.database;

/** Thrown when the database refuses the batch's rows and those of other mailboxes alike: no single row is the cause. */
final class EveryRowRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    EveryRowRefusedException(String why) {
        super("every row is refused: " + why, null, false, false);
    }
}
