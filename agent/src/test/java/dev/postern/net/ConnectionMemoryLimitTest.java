package dev.postern.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.SeededRandom;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConnectionMemoryLimitTest {

    private static final int MAX_COUNT = 100_000;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ConnectionMemoryLimit memory = new ConnectionMemoryLimit(MAX_COUNT, meters);

    @Test
    void whoHoldsMostGoesAndNotWhoAsksLast() {
        HoldingPeer greedy = new HoldingPeer().hold(60_000);
        HoldingPeer modest = new HoldingPeer().hold(30_000);
        HoldingPeer last = new HoldingPeer().hold(20_000);
        assertThat(greedy.released).isTrue();
        assertThat(modest.released).isFalse();
        assertThat(last.released).isFalse();
        assertThat(meters.get("postern.peer.bytes").gauge().value()).isEqualTo(50_000);
    }

    @Test
    void whoHoldsLittleNeverGoes() {
        List<HoldingPeer> many = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            many.add(new HoldingPeer().hold(500));
        }
        HoldingPeer greedy = new HoldingPeer().hold(5000);
        assertThat(greedy.released).isTrue();
        assertThat(many).noneMatch(peer -> peer.released);
    }

    @Test
    void whatIsGivenBackMayBeHeldAgain() {
        for (int round = 0; round < 100; round++) {
            HoldingPeer peer = new HoldingPeer().hold(90_000).hold(0);
            assertThat(peer.released).isFalse();
        }
        assertThat(memory.bufferedBytes()).isZero();
    }

    @Test
    void theSumIsRightWhateverHappens() {
        Random random = SeededRandom.random();
        List<HoldingPeer> peers = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            if (peers.size() < 50) {
                peers.add(new HoldingPeer());
            }
            HoldingPeer peer = peers.get(random.nextInt(peers.size()));
            peer.hold(random.nextInt(5) == 0 ? 0 : random.nextInt(20_000));
            peers.removeIf(gone -> gone.released);
            assertThat(memory.bufferedBytes())
                    .isEqualTo(
                            peers.stream().mapToLong(HoldingPeer::bufferedBytes).sum())
                    .isLessThanOrEqualTo(MAX_COUNT);
        }
    }

    private final class HoldingPeer implements ConnectionMemoryLimit.MemoryHolder {
        private int bufferedBytes;
        private boolean released;

        HoldingPeer hold(int bytes) {
            int before = bufferedBytes;
            bufferedBytes = bytes;
            memory.count(this, before);
            return this;
        }

        @Override
        public int bufferedBytes() {
            return bufferedBytes;
        }

        @Override
        public void release() {
            released = true;
            bufferedBytes = 0;
        }
    }
}
