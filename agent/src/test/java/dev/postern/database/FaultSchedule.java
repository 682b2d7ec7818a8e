package dev.postern.database;

import java.util.Random;

/** How MySQL and the disk are: they fail now and then, or for a while. */
final class FaultSchedule {

    private final Random random;
    private boolean mysqlAway;
    private boolean diskFull;

    FaultSchedule(Random random) {
        this.random = random;
    }

    void change() {
        if (random.nextBoolean()) {
            mysqlAway = !mysqlAway;
        } else {
            diskFull = !diskFull;
        }
    }

    ModelConnection.StatementFate ofStatement() {
        ModelConnection.StatementFate[] fates = ModelConnection.StatementFate.values();
        int unlucky = random.nextInt(5 * fates.length);
        return mysqlAway
                ? ModelConnection.StatementFate.LOST
                : unlucky < fates.length ? fates[unlucky] : ModelConnection.StatementFate.ANSWERED;
    }

    ModelJournal.WriteFate ofGroup() {
        boolean fails = diskFull || random.nextInt(12) == 0;
        ModelJournal.WriteFate failure =
                random.nextBoolean() ? ModelJournal.WriteFate.FAILED : ModelJournal.WriteFate.NOT_SYNCED;
        return fails ? failure : ModelJournal.WriteFate.ON_DISK;
    }

    /** Whether a lookup's query fails. */
    boolean isUnanswered() {
        return mysqlAway || random.nextInt(5) == 0;
    }

    @Override
    public String toString() {
        return "mysql is " + (mysqlAway ? "away" : "there") + ", the disk " + (diskFull ? "is full" : "has room");
    }
}
