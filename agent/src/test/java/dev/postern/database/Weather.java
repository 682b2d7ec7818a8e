package dev.postern.database;

import java.util.Random;

/** How MySQL and the disk are: they fail now and then, or for a while. */
final class Weather {

    private final Random random;
    private boolean mysqlAway;
    private boolean diskFull;

    Weather(Random random) {
        this.random = random;
    }

    void change() {
        if (random.nextBoolean()) {
            mysqlAway = !mysqlAway;
        } else {
            diskFull = !diskFull;
        }
    }

    ModelLink.Fate ofStatement() {
        ModelLink.Fate[] fates = ModelLink.Fate.values();
        int unlucky = random.nextInt(5 * fates.length);
        return mysqlAway ? ModelLink.Fate.LOST : unlucky < fates.length ? fates[unlucky] : ModelLink.Fate.ANSWERED;
    }

    ModelDisk.Fate ofGroup() {
        boolean fails = diskFull || random.nextInt(12) == 0;
        ModelDisk.Fate failure = random.nextBoolean() ? ModelDisk.Fate.FAILED : ModelDisk.Fate.NOT_SYNCED;
        return fails ? failure : ModelDisk.Fate.ON_DISK;
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
