package dev.postern.net;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What all peers together make the process hold: halves of lines, requests that wait, answers that are not read. There
 * is so much for all of them; when it is used up, the peer that holds most is closed, not the one that asks for more.
 *
 * <p>What a single peer may hold is bounded by its protocol. That bound is more than each of some thousand peers can
 * have.
 */
public final class ConnectionMemoryLimit {

    /** Of the heap; the launcher's 320 MiB give 40. */
    private static final int PART_OF_HEAP = 8;

    /** In bytes. A peer that holds less is never closed. */
    private static final int SMALL_BYTES = 1024;

    /** A connection that holds memory. */
    interface MemoryHolder {
        /** Bytes, about, as they were counted last. */
        int bufferedBytes();

        /** Goes at once; from now on it holds nothing. */
        void release();
    }

    private final long maxBytes;
    private final Set<MemoryHolder> heavy = new LinkedHashSet<>();
    private long bufferedBytes;

    /**
     * Nothing held so far.
     *
     * @param most in bytes
     */
    public ConnectionMemoryLimit(long most, MeterRegistry meters) {
        this.maxBytes = most;
        Gauge.builder("postern.peer.bytes", this, self -> self.bufferedBytes)
                .strongReference(true)
                .register(meters);
    }

    /** The part of the heap that is for peers. */
    public static ConnectionMemoryLimit ofHeap(MeterRegistry meters) {
        return new ConnectionMemoryLimit(Runtime.getRuntime().maxMemory() / PART_OF_HEAP, meters);
    }

    /**
     * Counts what a holder holds now; the largest holder may be closed for it.
     *
     * @param before what it held when it was counted last
     */
    void count(MemoryHolder holder, int before) {
        bufferedBytes += holder.bufferedBytes() - before;
        if (holder.bufferedBytes() < SMALL_BYTES) {
            heavy.remove(holder);
        } else {
            heavy.add(holder);
        }
        while (bufferedBytes > maxBytes && !heavy.isEmpty()) {
            MemoryHolder heaviest = largest();
            heavy.remove(heaviest);
            bufferedBytes -= heaviest.bufferedBytes();
            heaviest.release();
        }
    }

    long bufferedBytes() {
        return bufferedBytes;
    }

    private MemoryHolder largest() {
        MemoryHolder heaviest = heavy.iterator().next();
        for (MemoryHolder holder : heavy) {
            heaviest = holder.bufferedBytes() > heaviest.bufferedBytes() ? holder : heaviest;
        }
        return heaviest;
    }
}
