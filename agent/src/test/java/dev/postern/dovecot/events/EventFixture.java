package dev.postern.dovecot.events;

import dev.postern.pending.EventIntake;
import dev.postern.pending.PendingChanges;
import dev.postern.relay.RelayWindows;
import dev.postern.testing.ManualTime;
import dev.postern.testing.RecordingPeer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** A session over everything behind it but the database, which confirms what the test wants. */
final class EventFixture {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));

    final PendingChanges pending;
    final EventIntake intake;
    final RecordingPeer peer = new RecordingPeer();
    final ManualTime time = new ManualTime();
    final EventSession session;

    EventFixture(int room) {
        pending = new PendingChanges(room, 1, 1, CLOCK);
        intake = new EventIntake(pending, new RelayWindows(Duration.ofMinutes(1), List.of(), 10), CLOCK);
        session = new EventSession(
                peer, intake, CLOCK, new ReadThrottle(time), new EventMetrics(new SimpleMeterRegistry(), "socket"));
        intake.listen(new EventIntake.DurabilityListener() {
            @Override
            public void durable(long upTo) {
                session.settled(upTo);
            }

            @Override
            public void stalled() {
                session.stalled();
            }
        });
    }

    /** What the peer reads of this, with a mark at the end once it is hung up on. */
    static String replay(List<byte[]> pieces, boolean closed) {
        EventFixture fixture = new EventFixture(100);
        pieces.forEach(fixture.session::read);
        if (closed) {
            fixture.session.inputClosed();
        }
        fixture.happen(0);
        return fixture.peer.take() + (fixture.peer.isClosed() ? "!" : "");
    }

    /** 0: all is written; 1: one batch is; 2: the database goes away; 3: nothing. */
    void happen(int what) {
        switch (what) {
            case 0 -> {
                while (pending.poll() != null) {
                    pending.confirm();
                }
                intake.flushed();
            }
            case 1 -> {
                if (pending.poll() != null) {
                    pending.confirm();
                    intake.flushed();
                }
            }
            case 2 -> intake.databaseUnavailable();
            default -> {}
        }
    }
}
