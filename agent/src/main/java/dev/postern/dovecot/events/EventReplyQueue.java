package dev.postern.dovecot.events;

import java.util.Arrays;

/**
 * Answers owed to a peer, in the order of its lines: an event's number, {@link #BUSY}, or the code of a
 * {@link Rejection}.
 */
final class EventReplyQueue {

    /** The event was not taken. */
    static final long BUSY = -1;

    private static final long[] NONE = {};
    private static final int FEW = 16;

    private long[] ring = NONE;
    private int head;
    private int size;

    void add(long answer) {
        if (size == ring.length) {
            grow();
        }
        ring[(head + size++) & (ring.length - 1)] = answer;
    }

    long first() {
        return ring[head];
    }

    void removeFirst() {
        head = (head + 1) & (ring.length - 1);
        size--;
        if (size == 0 && ring.length > FEW) {
            ring = NONE;
            head = 0;
        }
    }

    /** Bytes in memory. */
    int bufferedBytes() {
        return size == 0 ? 0 : ring.length * Long.BYTES;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    private void grow() {
        long[] larger = Arrays.copyOfRange(ring, head, head + Math.max(FEW, 2 * ring.length));
        System.arraycopy(ring, 0, larger, ring.length - head, head);
        ring = larger;
        head = 0;
    }
}
