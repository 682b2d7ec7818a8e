package dev.postern.net;

import java.util.Arrays;

/** Cuts a stream of bytes into lines ended by LF. Lines that lie whole in what was read are not copied. */
public final class LineDecoder {

    /** Gets each line, without its LF. */
    @FunctionalInterface
    public interface LineHandler {
        void line(byte[] bytes, int from, int to);
    }

    private static final byte[] NONE = {};

    private final int maxLength;
    private final LineHandler handler;
    private byte[] partial = NONE;
    private int length;

    /**
     * Cuts lines.
     *
     * @param maxLength of a line in bytes, without LF
     */
    public LineDecoder(int maxLength, LineHandler handler) {
        this.maxLength = maxLength;
        this.handler = handler;
    }

    /**
     * Takes what was read.
     *
     * @return false when a line is longer than allowed; nothing further must be fed then
     */
    public boolean feed(byte[] bytes) {
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                if (!end(bytes, start, i)) {
                    return false;
                }
                start = i + 1;
            }
        }
        return keep(bytes, start);
    }

    /** Whether a line has begun and not ended. */
    public boolean isMidLine() {
        return length > 0;
    }

    /** Bytes in memory for a line that has begun. */
    public int bufferedBytes() {
        return partial.length;
    }

    private boolean end(byte[] bytes, int from, int to) {
        if (length + to - from > maxLength) {
            return false;
        }
        if (length == 0) {
            handler.line(bytes, from, to);
            return true;
        }
        append(bytes, from, to);
        byte[] whole = partial;
        int end = length;
        // A silent connection holds no memory.
        partial = NONE;
        length = 0;
        handler.line(whole, 0, end);
        return true;
    }

    private boolean keep(byte[] bytes, int from) {
        if (length + bytes.length - from > maxLength) {
            return false;
        }
        append(bytes, from, bytes.length);
        return true;
    }

    /** Room is doubled, so that a line that comes byte by byte is not copied as often. */
    private void append(byte[] bytes, int from, int to) {
        int needed = length + to - from;
        if (needed > partial.length) {
            partial = Arrays.copyOf(partial, Math.max(needed, Math.min(2 * partial.length, maxLength)));
        }
        System.arraycopy(bytes, from, partial, length, to - from);
        length = needed;
    }
}
