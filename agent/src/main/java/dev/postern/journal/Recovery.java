package dev.postern.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Reads a journal from its beginning to the last frame that is whole.
 *
 * <p>What comes after that is one of two things. A group that a crash interrupted, of which any part may have reached the
 * disk: nobody was told that it is safe, it is cut. Or something that had been synced and cannot be read any more: that is
 * so exactly when, further on, a whole frame stands whose group was begun after the place of the damage.
 */
final class Recovery {

    /** How reading ended. */
    enum End {
        WHOLE,
        TORN,
        DAMAGED,
        /** Whole by its checksum, yet not what this version writes. */
        FOREIGN
    }

    private static final int WINDOW = 4 * Frame.MAX_BYTES;

    private final FileChannel file;
    private final long salt;
    private final long size;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW);
    private long windowAt;
    private final Live live = new Live();
    private long end = Head.BYTES;
    private long records;

    private Recovery(FileChannel file, long salt) throws IOException {
        this.file = file;
        this.salt = salt;
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
     */
    record Result(End end, long at, Live live, long records, long size) {}

    static Result read(FileChannel file, Head head) throws IOException {
        return new Recovery(file, head.salt()).read();
    }

    private Result read() throws IOException {
        Frame frame = at(end);
        while (frame != null) {
            int read = Records.read(frame.payload(), live);
            if (read < 0) {
                return result(End.FOREIGN);
            }
            records += read;
            end = frame.end();
            frame = at(end);
        }
        return result(end == size ? End.WHOLE : isSyncedAfter(end) ? End.DAMAGED : End.TORN);
    }

    private Result result(End how) {
        return new Result(how, end, live, records, size);
    }

    private boolean isSyncedAfter(long damage) throws IOException {
        for (long place = damage + 1; place < size; place++) {
            Frame frame = at(place);
            if (frame != null && frame.synced() > damage) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Frame at(long place) throws IOException {
        boolean held = place >= windowAt && place + Frame.MAX_BYTES <= windowAt + window.limit();
        if (!held && windowAt + window.limit() < size) {
            fill(window, file, place);
            windowAt = place;
        }
        long from = place - windowAt;
        return from > window.limit() ? null : Frame.read(window.position((int) from), salt, place);
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
