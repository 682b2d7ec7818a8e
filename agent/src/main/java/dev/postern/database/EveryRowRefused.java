package dev.postern.database;

/** The database refuses rows of ours and those of other mailboxes alike: that is no row's fault. */
final class EveryRowRefused extends Exception {

    private static final long serialVersionUID = 1L;

    EveryRowRefused(String why) {
        super("every row is refused: " + why, null, false, false);
    }
}
