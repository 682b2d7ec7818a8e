package dev.postern.database;

import dev.postern.journal.AppendResult;
import dev.postern.journal.AsyncJournal;
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
 * A real journal in which everything happens when the simulation wants it to, and whose file after a crash is what a
 * disk may have made of it.
 */
final class ModelJournal implements AsyncJournal {

    /** What becomes of a group. */
    enum WriteFate {
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
    private record PendingAppend(Collection<Batch> changes, long done, Promise<AppendResult> answer) {}

    private final Journal journal;
    private final Path file;
    private final Deque<PendingAppend> waiting = new ArrayDeque<>();
    private long synced;

    ModelJournal(Journal journal, Path directory) {
        this.journal = journal;
        this.file = directory.resolve("journal");
        this.synced = journal.bytes();
    }

    @Override
    public Future<AppendResult> append(Collection<Batch> changes) {
        PendingAppend asked = new PendingAppend(List.copyOf(changes), 0, Promise.promise());
        waiting.add(asked);
        return asked.answer().future();
    }

    @Override
    public void done(long batch) {
        waiting.add(new PendingAppend(null, batch, Promise.promise()));
    }

    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** Decides what becomes of what is to be done next. */
    void decide(WriteFate fate) {
        PendingAppend next = waiting.remove();
        if (next.changes() == null) {
            if (fate == WriteFate.ON_DISK) {
                journal.done(next.done());
            }
        } else if (fate == WriteFate.ON_DISK) {
            next.answer().complete(write(next));
        } else {
            if (fate == WriteFate.NOT_SYNCED) {
                journal.append(next.changes());
            }
            next.answer().complete(new AppendResult("no space left on device"));
        }
    }

    /** The process is gone: of what was not synced any part may be there. */
    void crash(Random random) {
        int begun = random.nextInt(waiting.size() + 1);
        for (PendingAppend next : List.copyOf(waiting).subList(0, begun)) {
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
            decide(WriteFate.ON_DISK);
        }
        journal.close();
    }

    private AppendResult write(PendingAppend group) {
        AppendResult appended = journal.append(group.changes());
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
