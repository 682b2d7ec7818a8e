package dev.postern.net;

import java.util.Arrays;

/** Cuts a stream of bytes into lines ended by LF. Lines that lie whole in what was read are not copied. */
public final class Lines {

    /** Gets each line, without its LF. */
    @FunctionalInterface
    public interface Handler {
        void line(byte[] bytes, int from, int to);
    }

    private static final byte[] NONE = {};

    private final int maxLength;
    private final Handler handler;
    private byte[] partial = NONE;

    /**
     * Cuts lines.
     *
     * @param maxLength of a line in bytes, without LF
     */
    public Lines(int maxLength, Handler handler) {
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
        return partial.length > 0;
    }

    private boolean end(byte[] bytes, int from, int to) {
        if (partial.length + to - from > maxLength) {
            return false;
        }
        if (partial.length == 0) {
            handler.line(bytes, from, to);
            return true;
        }
        byte[] whole = joined(bytes, from, to);
        partial = NONE;
        handler.line(whole, 0, whole.length);
        return true;
    }

    private boolean keep(byte[] bytes, int from) {
        if (partial.length + bytes.length - from > maxLength) {
            return false;
        }
        if (from < bytes.length) {
            partial = joined(bytes, from, bytes.length);
        }
        return true;
    }

    private byte[] joined(byte[] bytes, int from, int to) {
        byte[] whole = Arrays.copyOf(partial, partial.length + to - from);
        System.arraycopy(bytes, from, whole, partial.length, to - from);
        return whole;
    }
}
