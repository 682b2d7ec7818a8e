package dev.postern.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What stands at the beginning of a journal, in two places, of which each start overwrites the older: a write that is
 * torn leaves the other.
 *
 * @param agent whose journal this is: the key of its row in {@code postern_checkpoint}
 * @param starts how often it has been opened; batch numbers are derived from it
 * @param salt goes into every frame's checksum, so that nothing of another file is ever taken for part of this one
 */
record Superblock(UUID agent, long starts, long salt) {

    /** Bytes between the two places: no disk writes both at once. */
    static final int PLACE_BYTES = 4096;

    /** Where the frames begin. */
    static final int BYTES = 2 * PLACE_BYTES;

    private static final int BATCH_BITS = 36;

    /** Readable with {@code head -1}; the number is the format's. */
    private static final byte[] TITLE = "postern journal 1\n".getBytes(StandardCharsets.US_ASCII);

    private static final int LENGTH = TITLE.length + 16 + 8 + 8 + 4;

    /**
     * The next start's. When one place cannot be read, it may have been of the start after this one, which is then
     * counted as well.
     */
    Superblock next(boolean bothReadable) {
        return new Superblock(agent, starts + (bothReadable ? 1 : 3), salt);
    }

    /**
     * The first batch number of this start: 2^36 for each, which is 21 years of a hundred a second, and 2^27 starts.
     */
    long firstBatch() {
        return starts << BATCH_BITS;
    }

    /** Where this one is to be written: not where {@link #next} would be. */
    long place() {
        return (starts & 1) * PLACE_BYTES;
    }

    long otherPlace() {
        return PLACE_BYTES - place();
    }

    ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH).put(TITLE);
        bytes.putLong(agent.getMostSignificantBits()).putLong(agent.getLeastSignificantBits());
        bytes.putLong(starts).putLong(salt);
        return bytes.putInt(checksum(bytes.array())).flip();
    }

    /** Null when there is none, or none of this format. */
    static @Nullable Superblock decode(ByteBuffer bytes) {
        if (bytes.remaining() < LENGTH) {
            return null;
        }
        byte[] all = new byte[LENGTH];
        bytes.get(all);
        ByteBuffer fields = ByteBuffer.wrap(all, TITLE.length, LENGTH - TITLE.length);
        Superblock head =
                new Superblock(new UUID(fields.getLong(), fields.getLong()), fields.getLong(), fields.getLong());
        return head.encode().equals(ByteBuffer.wrap(all)) ? head : null;
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, LENGTH - 4);
        return (int) crc.getValue();
    }
}
