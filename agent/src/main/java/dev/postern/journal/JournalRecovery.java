package dev.postern.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Reads a journal from its beginning to the last frame that is whole.
 *
 * <p>What comes after that is one of two things. A group that a crash interrupted, of which any part may have reached
 * the disk: it was never acknowledged, so it is cut. Or something that had been synced and cannot be read any more:
 * that is so when a {@link SyncMark} shows that more had been synced, or when, further on, a whole frame stands whose
 * group was begun after the place of the damage.
 */
final class JournalRecovery {

    /** How reading ended. */
    enum RecoveryEnd {
        WHOLE,
        TORN,
        /** Nothing of it is damaged, and it ends before what had been synced. */
        CUT,
        DAMAGED,
        /** Whole by its checksum, yet not what this version writes. */
        FOREIGN
    }

    private static final int WINDOW = 4 * JournalFrame.MAX_BYTES;

    private final FileChannel file;
    private final long salt;
    private final long size;
    private final long synced;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW);
    private long windowAt;
    private final LiveEntries live = new LiveEntries();
    private long end = Superblock.BYTES;
    private long records;

    private JournalRecovery(FileChannel file, long salt, long synced) throws IOException {
        this.file = file;
        this.salt = salt;
        this.synced = synced;
        this.size = file.size();
        window.limit(0);
    }

    /**
     * What was found.
     *
     * @param end how it ended
     * @param at where
     * @param live what counts of all that stands before
     * @param records how many records stand before
     * @param size of the file in bytes
     * @param missing bytes that had been synced and are not there any more
     */
    record RecoveryResult(RecoveryEnd end, long at, LiveEntries live, long records, long size, long missing) {}

    /**
     * Reads all of it.
     *
     * @param synced everything before this place had been synced; 0 = not known
     */
    static RecoveryResult read(FileChannel file, Superblock head, long synced) throws IOException {
        return new JournalRecovery(file, head.salt(), synced).read();
    }

    private RecoveryResult read() throws IOException {
        JournalFrame frame = at(end);
        while (frame != null) {
            int read = RecordCodec.read(frame.payload(), live);
            if (read < 0) {
                return result(RecoveryEnd.FOREIGN);
            }
            records += read;
            end = frame.end();
            frame = at(end);
        }
        return result(
                isDamaged()
                        ? RecoveryEnd.DAMAGED
                        : size < synced ? RecoveryEnd.CUT : end == size ? RecoveryEnd.WHOLE : RecoveryEnd.TORN);
    }

    private RecoveryResult result(RecoveryEnd how) {
        return new RecoveryResult(how, end, live, records, size, Math.max(0, synced - end));
    }

    private boolean isDamaged() throws IOException {
        return end < size && ((end < synced && synced <= size) || isSyncedAfter(end));
    }

    private boolean isSyncedAfter(long damage) throws IOException {
        for (long place = damage + 1; place < size; place++) {
            JournalFrame frame = at(place);
            if (frame != null && frame.synced() > damage) {
                return true;
            }
        }
        return false;
    }

    private @Nullable JournalFrame at(long place) throws IOException {
        boolean held = place >= windowAt && place + JournalFrame.MAX_BYTES <= windowAt + window.limit();
        if (!held && windowAt + window.limit() < size) {
            fill(window, file, place);
            windowAt = place;
        }
        long from = place - windowAt;
        return from > window.limit() ? null : JournalFrame.read(window.position((int) from), salt, place);
    }

    /** Reads into a buffer from here on until it is full or the file ends. */
    static void fill(ByteBuffer buffer, FileChannel file, long place) throws IOException {
        buffer.clear();
        int read = 0;
        while (buffer.hasRemaining() && read >= 0) {
            read = file.read(buffer, place + buffer.position());
        }
        buffer.flip();
    }
}
