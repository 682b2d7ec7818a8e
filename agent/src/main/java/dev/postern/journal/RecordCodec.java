package dev.postern.journal;

import java.nio.ByteBuffer;

/** The payload of a frame: entries, and how far batches are done, each after one byte for its kind. */
final class RecordCodec {

    /** Longest record in bytes. */
    static final int MAX_BYTES = 1 + EntryCodec.MAX_BYTES;

    private static final byte ENTRY = 1;
    private static final byte DONE = 2;

    private RecordCodec() {}

    static void writeEntry(JournalEntry entry, ByteBuffer to) {
        EntryCodec.write(entry, to.put(ENTRY));
    }

    static void writeDone(long batch, ByteBuffer to) {
        to.put(DONE).putLong(batch);
    }

    /** Reads all of them in their order; how many, or -1 when there is something that this version does not write. */
    static int read(ByteBuffer payload, LiveEntries into) {
        int read = 0;
        while (payload.hasRemaining()) {
            byte kind = payload.get();
            if (kind == ENTRY) {
                JournalEntry entry = EntryCodec.read(payload);
                if (entry == null) {
                    return -1;
                }
                into.put(entry);
            } else if (kind == DONE && payload.remaining() >= Long.BYTES) {
                into.done(payload.getLong());
            } else {
                return -1;
            }
            read++;
        }
        return read;
    }
}
