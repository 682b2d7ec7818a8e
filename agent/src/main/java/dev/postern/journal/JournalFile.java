package dev.postern.journal;

import dev.postern.model.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.Set;

/** The one file of a journal, open for writing at its end. */
final class JournalFile implements AutoCloseable {

    private static final String NAME = "journal";

    /** Private: it holds addresses and times of logins. */
    private static final FileAttribute<?> MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final FileChannel file;
    private final Superblock head;
    private final GroupWriter writer;
    private long synced;
    private long end;
    private long markPlace;
    private boolean broken;

    /** Writes the records of a group. */
    private interface WriteGroup {
        void to(GroupWriter writer) throws IOException;
    }

    private JournalFile(FileChannel file, Superblock head, long end, long records) {
        this.file = file;
        this.head = head;
        this.synced = end;
        this.end = end;
        this.writer = new GroupWriter(file, head.salt(), end, records);
    }

    static Path in(Path directory) {
        return directory.resolve(NAME);
    }

    /**
     * Goes on with a file that has been read: cuts what comes after, and counts the start.
     *
     * @param newest the head that it had
     * @param bothReadable whether it was readable in both places; afterwards it is
     */
    static JournalFile resume(
            FileChannel file, Superblock newest, boolean bothReadable, JournalRecovery.RecoveryResult read)
            throws IOException {
        Superblock next = newest.next(bothReadable);
        file.truncate(read.at());
        writeFully(file, next.encode(), next.place());
        mark(file, next, read.at());
        file.force(true);
        if (!bothReadable) {
            writeFully(file, next.encode(), next.otherPlace());
            file.force(true);
        }
        return new JournalFile(file, next, read.at(), read.records());
    }

    /**
     * Makes a new file with these entries in place of the one that may be there, which stays what it is until the new
     * one is wholly on the disk.
     */
    static JournalFile create(Path directory, Superblock head, LiveEntries live) throws IOException {
        Path unfinished = directory.resolve(NAME + ".new");
        Files.deleteIfExists(unfinished);
        FileChannel file = FileChannel.open(
                unfinished,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
                MODE);
        try {
            writeFully(file, head.encode(), 0);
            writeFully(file, head.encode(), Superblock.PLACE_BYTES);
            // So that the frames begin where they should, whatever the head's length.
            writeFully(file, ByteBuffer.allocate(1), Superblock.BYTES - 1);
            JournalFile created = new JournalFile(file, head, Superblock.BYTES, 0);
            created.write(live::writeTo);
            created.sync();
            Files.move(unfinished, in(directory), StandardCopyOption.ATOMIC_MOVE);
            created.broken = !isSynced(directory);
            return created;
        } catch (IOException e) {
            file.close();
            Files.deleteIfExists(unfinished);
            throw e;
        }
    }

    /** Changes onto the disk; when this returns they are there. When it fails, what was there before is there still. */
    void append(Collection<Batch> changes) throws IOException {
        write(group -> {
            for (Batch batch : changes) {
                group.batch(batch);
            }
        });
        sync();
    }

    /** Notes that batches are done, without waiting for the disk. */
    void done(long batch) throws IOException {
        if (!broken) {
            write(group -> group.done(batch));
        }
    }

    /**
     * Drops all that stands there. On the disk it is gone before anything else is written: what is left of it behind a
     * new frame would look like damage.
     */
    void clear() throws IOException {
        try {
            // First, or a crash in between would look like a loss.
            mark(file, head, Superblock.BYTES);
            file.force(true);
            file.truncate(Superblock.BYTES);
            file.force(true);
        } catch (IOException e) {
            broken = true;
            throw e;
        }
        synced = Superblock.BYTES;
        end = Superblock.BYTES;
        writer.clear(end);
    }

    /** Waits until the disk has all that was written. */
    void settle() throws IOException {
        if (end > synced && !broken) {
            sync();
        }
    }

    /** Whether nothing more may be written to this file: what the disk holds of the last write is unknown. */
    boolean isBroken() {
        return broken;
    }

    Superblock head() {
        return head;
    }

    /** How many records stand in it, those that count no more included. */
    long records() {
        return writer.records();
    }

    long bytes() {
        return end;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void write(WriteGroup group) throws IOException {
        try {
            group.to(writer);
            end = writer.flush();
        } catch (IOException e) {
            undo();
            throw e;
        }
    }

    private void sync() throws IOException {
        try {
            file.force(false);
            synced = end;
            writer.begin(end);
        } catch (IOException e) {
            // A second sync would succeed: the kernel has given up the pages that it could not write.
            broken = true;
            throw e;
        }
        noteSynced();
    }

    /** In one place, the other the next time: a write that is torn leaves one. */
    private void noteSynced() {
        markPlace = Superblock.PLACE_BYTES - markPlace;
        try {
            writeFully(file, new SyncMark(head.starts(), synced).encode(head.salt()), markPlace + SyncMark.OFFSET);
        } catch (IOException stays) {
            // The previous one holds less, and nothing wrong.
        }
    }

    /** Takes back what may stand there in part. */
    private void undo() {
        try {
            file.truncate(synced);
            end = synced;
            writer.begin(synced);
        } catch (IOException e) {
            broken = true;
        }
    }

    private static void mark(FileChannel file, Superblock head, long synced) throws IOException {
        for (int place = 0; place < Superblock.BYTES; place += Superblock.PLACE_BYTES) {
            writeFully(file, new SyncMark(head.starts(), synced).encode(head.salt()), place + SyncMark.OFFSET);
        }
    }

    private static void writeFully(FileChannel file, ByteBuffer bytes, long place) throws IOException {
        while (bytes.hasRemaining()) {
            int at = bytes.position();
            file.write(bytes, place + at);
        }
    }

    private static boolean isSynced(Path directory) {
        try (FileChannel itself = FileChannel.open(directory, StandardOpenOption.READ)) {
            itself.force(true);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
