package dev.postern.net;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What all peers together make the process hold: halves of lines, requests that wait, answers that nobody reads. There is so
 * much for all of them; who asks for more when it is used up is not the one who goes: the one who holds most is.
 *
 * <p>What a single peer may hold is bounded by its protocol. That bound is more than each of some thousand peers can have.
 */
public final class PeerMemory {

    /** Of the heap; the launcher's 320 MiB give 40. */
    private static final int PART_OF_HEAP = 8;

    /** In bytes. Who holds less never has to go. */
    private static final int LITTLE = 1024;

    /** One who holds something. */
    interface Holder {
        /** Bytes, about, as they were counted last. */
        int held();

        /** Goes at once; from now on it holds nothing. */
        void release();
    }

    private final long most;
    private final Set<Holder> heavy = new LinkedHashSet<>();
    private long held;

    /**
     * Nothing held so far.
     *
     * @param most in bytes
     */
    public PeerMemory(long most, MeterRegistry meters) {
        this.most = most;
        Gauge.builder("postern.peer.bytes", this, self -> self.held)
                .strongReference(true)
                .register(meters);
    }

    /** The part of the heap that is for peers. */
    public static PeerMemory ofHeap(MeterRegistry meters) {
        return new PeerMemory(Runtime.getRuntime().maxMemory() / PART_OF_HEAP, meters);
    }

    /**
     * Counts what a holder holds now; whoever holds most may have to go for it.
     *
     * @param before what it held when it was counted last
     */
    void count(Holder holder, int before) {
        held += holder.held() - before;
        if (holder.held() < LITTLE) {
            heavy.remove(holder);
        } else {
            heavy.add(holder);
        }
        while (held > most && !heavy.isEmpty()) {
            Holder heaviest = heaviest();
            heavy.remove(heaviest);
            held -= heaviest.held();
            heaviest.release();
        }
    }

    long held() {
        return held;
    }

    private Holder heaviest() {
        Holder heaviest = heavy.iterator().next();
        for (Holder holder : heavy) {
            heaviest = holder.held() > heaviest.held() ? holder : heaviest;
        }
        return heaviest;
    }
}
