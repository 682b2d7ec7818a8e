package dev.postern.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * How far a journal is on the disk: written after each sync, in the head's two places in turn, and synced with the next
 * group. So it may be one group behind, and never ahead. A file that ends before it has lost what was answered.
 *
 * @param starts of the head at that time; a mark of an earlier start means nothing for this one
 * @param synced everything before this place is on the disk
 */
record SyncMark(long starts, long synced) {

    /** Within a place of the head. */
    static final int OFFSET = 2048;

    private static final int BYTES = 8 + 8 + 4;

    ByteBuffer encode(long salt) {
        return ByteBuffer.allocate(BYTES)
                .putLong(starts)
                .putLong(synced)
                .putInt(checksum(salt))
                .flip();
    }

    /**
     * Reads one.
     *
     * @param place of the head, from its beginning
     * @return null when there is none, as in a file of an earlier version
     */
    static @Nullable SyncMark decode(ByteBuffer place, long salt) {
        if (place.limit() < OFFSET + BYTES) {
            return null;
        }
        SyncMark mark = new SyncMark(place.getLong(OFFSET), place.getLong(OFFSET + 8));
        return place.getInt(OFFSET + 16) == mark.checksum(salt) ? mark : null;
    }

    private int checksum(long salt) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(3 * Long.BYTES)
                .putLong(salt)
                .putLong(starts)
                .putLong(synced)
                .flip());
        return (int) crc.getValue();
    }
}
