package dev.postern.journal;

import dev.postern.model.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Writes records as frames of one group to the end of a file. Nothing is synced here. */
final class GroupWriter {

    private final ByteBuffer buffer = ByteBuffer.allocate(JournalFrame.MAX_BYTES);
    private final FileChannel file;
    private final long salt;
    private long synced;
    private long end;
    private long records;

    /**
     * A writer to the end of a file, all of which is on the disk.
     *
     * @param records how many stand in it
     */
    GroupWriter(FileChannel file, long salt, long end, long records) {
        this.file = file;
        this.salt = salt;
        this.records = records;
        begin(end);
    }

    /** How many were written to the file, those included that were taken back. */
    long records() {
        return records;
    }

    /** Everything from here on is gone, and counts no more. */
    void clear(long at) {
        records = 0;
        begin(at);
    }

    /** Begins a group: everything up to here is on the disk. */
    void begin(long at) {
        synced = at;
        end = at;
        buffer.clear().position(JournalFrame.HEAD_BYTES);
    }

    void batch(Batch batch) throws IOException {
        for (Batch.RowChange row : batch.rows()) {
            entry(new JournalEntry(batch.number(), row.email(), row.change()));
        }
    }

    void entry(JournalEntry entry) throws IOException {
        makeRoom();
        records++;
        RecordCodec.writeEntry(entry, buffer);
    }

    void done(long batch) throws IOException {
        makeRoom();
        records++;
        RecordCodec.writeDone(batch, buffer);
    }

    /** Hands the last records to the operating system; where the file ends now. */
    long flush() throws IOException {
        if (buffer.position() == JournalFrame.HEAD_BYTES) {
            return end;
        }
        JournalFrame.seal(buffer, salt, end, synced);
        long at = end;
        while (buffer.hasRemaining()) {
            at += file.write(buffer, at);
        }
        end = at;
        buffer.clear().position(JournalFrame.HEAD_BYTES);
        return end;
    }

    private void makeRoom() throws IOException {
        if (buffer.remaining() < RecordCodec.MAX_BYTES) {
            flush();
        }
    }
}
