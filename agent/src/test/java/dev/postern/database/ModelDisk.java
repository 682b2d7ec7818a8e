package dev.postern.database;

import dev.postern.journal.Appended;
import dev.postern.journal.Disk;
import dev.postern.journal.Journal;
import dev.postern.model.Batch;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * A real journal, to which everything happens when it is told to, and whose file after a crash is what a disk may have made of
 * it.
 */
final class ModelDisk implements Disk {

    /** What becomes of a group. */
    enum Fate {
        ON_DISK,
        /** Nothing of it could be written. */
        FAILED,
        /** It is in the file, but could not be synced. */
        NOT_SYNCED
    }

    /**
     * Something to be done.
     *
     * @param changes null = note that batches are done
     */
    private record Asked(Collection<Batch> changes, long done, Promise<Appended> answer) {}

    private final Journal journal;
    private final Path file;
    private final Deque<Asked> waiting = new ArrayDeque<>();
    private long synced;

    ModelDisk(Journal journal, Path directory) {
        this.journal = journal;
        this.file = directory.resolve("journal");
        this.synced = journal.bytes();
    }

    @Override
    public Future<Appended> append(Collection<Batch> changes) {
        Asked asked = new Asked(List.copyOf(changes), 0, Promise.promise());
        waiting.add(asked);
        return asked.answer().future();
    }

    @Override
    public void done(long batch) {
        waiting.add(new Asked(null, batch, Promise.promise()));
    }

    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** Decides what becomes of what is to be done next. */
    void decide(Fate fate) {
        Asked next = waiting.remove();
        if (next.changes() == null) {
            if (fate == Fate.ON_DISK) {
                journal.done(next.done());
            }
        } else if (fate == Fate.ON_DISK) {
            next.answer().complete(write(next));
        } else {
            if (fate == Fate.NOT_SYNCED) {
                journal.append(next.changes());
            }
            next.answer().complete(new Appended("no space left on device"));
        }
    }

    /** The process is gone: of what was not synced any part may be there. */
    void crash(Random random) {
        int begun = random.nextInt(waiting.size() + 1);
        for (Asked next : List.copyOf(waiting).subList(0, begun)) {
            if (next.changes() == null) {
                journal.done(next.done());
            } else {
                journal.append(next.changes());
            }
        }
        waiting.clear();
        long written = journal.bytes();
        journal.close();
        cut(synced + (long) (random.nextDouble() * (written - synced + 1)));
    }

    /** The process ends in peace. */
    void close() {
        while (isWaiting()) {
            decide(Fate.ON_DISK);
        }
        journal.close();
    }

    private Appended write(Asked group) {
        Appended appended = journal.append(group.changes());
        if (!appended.isOnDisk()) {
            throw new AssertionError("the disk of this test is full: " + appended);
        }
        synced = journal.bytes();
        return appended;
    }

    private void cut(long bytes) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
