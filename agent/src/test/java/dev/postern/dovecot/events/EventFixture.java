package dev.postern.dovecot.events;

import dev.postern.pending.Intake;
import dev.postern.pending.Ledger;
import dev.postern.relay.RelayWindows;
import dev.postern.testing.HearingPeer;
import dev.postern.testing.ManualTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** A session over everything behind it but the database, which settles what it is told to. */
final class EventFixture {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));

    final Ledger ledger;
    final Intake intake;
    final HearingPeer peer = new HearingPeer();
    final ManualTime time = new ManualTime();
    final EventSession session;

    EventFixture(int room) {
        ledger = new Ledger(room, 1, 1, CLOCK);
        intake = new Intake(ledger, new RelayWindows(Duration.ofMinutes(1), List.of(), 10), CLOCK);
        session = new EventSession(
                peer, intake, CLOCK, new ReadingTurns(time), new EventCounters(new SimpleMeterRegistry(), "socket"));
        intake.listen(new Intake.Listener() {
            @Override
            public void settled(long upTo) {
                session.settled(upTo);
            }

            @Override
            public void stalled() {
                session.stalled();
            }
        });
    }

    /** What the peer hears of this, with a mark at the end once it is hung up on. */
    static String replay(List<byte[]> pieces, boolean closed) {
        EventFixture fixture = new EventFixture(100);
        pieces.forEach(fixture.session::read);
        if (closed) {
            fixture.session.end();
        }
        fixture.happen(0);
        return fixture.peer.take() + (fixture.peer.isClosed() ? "!" : "");
    }

    /** 0: all is written; 1: one batch is; 2: the database goes away; 3: nothing. */
    void happen(int what) {
        switch (what) {
            case 0 -> {
                while (ledger.take() != null) {
                    ledger.confirm();
                }
                intake.flushed();
            }
            case 1 -> {
                if (ledger.take() != null) {
                    ledger.confirm();
                    intake.flushed();
                }
            }
            case 2 -> intake.stall();
            default -> {}
        }
    }
}
