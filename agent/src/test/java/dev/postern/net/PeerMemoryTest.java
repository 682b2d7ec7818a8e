package dev.postern.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.Seeded;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PeerMemoryTest {

    private static final int MOST = 100_000;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final PeerMemory memory = new PeerMemory(MOST, meters);

    @Test
    void whoHoldsMostGoesAndNotWhoAsksLast() {
        Peer greedy = new Peer().hold(60_000);
        Peer modest = new Peer().hold(30_000);
        Peer last = new Peer().hold(20_000);
        assertThat(greedy.released).isTrue();
        assertThat(modest.released).isFalse();
        assertThat(last.released).isFalse();
        assertThat(meters.get("postern.peer.bytes").gauge().value()).isEqualTo(50_000);
    }

    @Test
    void whoHoldsLittleNeverGoes() {
        List<Peer> many = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            many.add(new Peer().hold(500));
        }
        Peer greedy = new Peer().hold(5000);
        assertThat(greedy.released).isTrue();
        assertThat(many).noneMatch(peer -> peer.released);
    }

    @Test
    void whatIsGivenBackMayBeHeldAgain() {
        for (int round = 0; round < 100; round++) {
            Peer peer = new Peer().hold(90_000).hold(0);
            assertThat(peer.released).isFalse();
        }
        assertThat(memory.held()).isZero();
    }

    @Test
    void theSumIsRightWhateverHappens() {
        Random random = Seeded.random();
        List<Peer> peers = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            if (peers.size() < 50) {
                peers.add(new Peer());
            }
            Peer peer = peers.get(random.nextInt(peers.size()));
            peer.hold(random.nextInt(5) == 0 ? 0 : random.nextInt(20_000));
            peers.removeIf(gone -> gone.released);
            assertThat(memory.held())
                    .isEqualTo(peers.stream().mapToLong(Peer::held).sum())
                    .isLessThanOrEqualTo(MOST);
        }
    }

    private final class Peer implements PeerMemory.Holder {
        private int held;
        private boolean released;

        Peer hold(int bytes) {
            int before = held;
            held = bytes;
            memory.count(this, before);
            return this;
        }

        @Override
        public int held() {
            return held;
        }

        @Override
        public void release() {
            released = true;
            held = 0;
        }
    }
}
