package dev.postern.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Some records with a checksum; several make a group, which is synced as one. As bytes, big-endian:
 *
 * <pre>
 * mark     4  "PjF1"
 * length   4  of the payload, 1 to {@value #MAX_PAYLOAD}
 * synced   8  where in the file the group began: everything before was on the disk by then
 * checksum 4  CRC32C over the file's salt, the frame's own place, length, synced and payload
 * payload
 * </pre>
 *
 * @param synced see above
 * @param payload the records
 * @param end where the next frame begins
 */
record JournalFrame(long synced, ByteBuffer payload, long end) {

    static final int HEAD_BYTES = 20;
    static final int MAX_PAYLOAD = 1 << 16;
    static final int MAX_BYTES = HEAD_BYTES + MAX_PAYLOAD;

    private static final int MARK = 0x506a4631;

    /**
     * Puts a head before a payload.
     *
     * @param buffer from 0: room for the head, then the payload up to its position; afterwards ready to be read from 0
     * @param at where in the file the frame will stand
     */
    static void seal(ByteBuffer buffer, long salt, long at, long synced) {
        int length = buffer.position() - HEAD_BYTES;
        buffer.flip();
        ByteBuffer payload = buffer.slice(HEAD_BYTES, length);
        buffer.putInt(0, MARK).putInt(4, length).putLong(8, synced);
        buffer.putInt(16, checksum(salt, at, synced, payload));
    }

    /**
     * Reads one.
     *
     * @param buffer with the file's bytes from {@code at} on, at least a whole frame's unless the file ends before
     * @return null when there is none here that is whole
     */
    static @Nullable JournalFrame read(ByteBuffer buffer, long salt, long at) {
        int from = buffer.position();
        if (buffer.remaining() <= HEAD_BYTES || buffer.getInt(from) != MARK) {
            return null;
        }
        int length = buffer.getInt(from + 4);
        long synced = buffer.getLong(from + 8);
        if (length < 1 || length > MAX_PAYLOAD || length > buffer.remaining() - HEAD_BYTES || synced > at) {
            return null;
        }
        ByteBuffer payload = buffer.slice(from + HEAD_BYTES, length);
        boolean whole = buffer.getInt(from + 16) == checksum(salt, at, synced, payload.duplicate());
        return whole ? new JournalFrame(synced, payload, at + HEAD_BYTES + length) : null;
    }

    private static int checksum(long salt, long at, long synced, ByteBuffer payload) {
        CRC32C crc = new CRC32C();
        ByteBuffer before = ByteBuffer.allocate(28);
        before.putLong(salt).putLong(at).putLong(synced).putInt(payload.remaining());
        crc.update(before.flip());
        crc.update(payload);
        return (int) crc.getValue();
    }
}
