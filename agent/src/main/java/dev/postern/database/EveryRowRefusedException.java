package dev.postern.database;

/** The database refuses rows of ours and those of other mailboxes alike: that is no row's fault. */
final class EveryRowRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    EveryRowRefusedException(String why) {
        super("every row is refused: " + why, null, false, false);
    }
}
