package dev.postern.database;

/** A column of addresses is in a collation, or a character set, in which they cannot be compared. */
final class UnfitCollation extends Exception {

    private static final long serialVersionUID = 1L;

    UnfitCollation(String table, String column, String collation) {
        super(
                table + "." + column + " has the collation " + collation
                        + ", in which the agent cannot compare addresses:"
                        + " ALTER TABLE `" + table + "` MODIFY `" + column
                        + "` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL",
                null,
                false,
                false);
    }
}
