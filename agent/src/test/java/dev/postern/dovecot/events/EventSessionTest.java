package dev.postern.dovecot.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a peer is read from. */
class EventSessionTest {

    private final EventFixture postern = new EventFixture(100);

    @Test
    void whoDoesNotReadIsReadFromInTurns() {
        postern.peer.setFull(true);
        for (int piece = 0; piece < 3; piece++) {
            assertThat(postern.peer.isPaused()).isFalse();
            tell("nonsense\n".repeat(100));
            assertThat(postern.peer.isPaused()).isTrue();
            postern.time.advance(ReadThrottle.PAUSE);
        }
        postern.peer.setFull(false);
        postern.session.writable();
        assertThat(postern.peer.take().lines()).hasSize(300);
        assertThat(postern.peer.isPaused()).isFalse();
    }

    @Test
    void whoReadsAgainWaitsForNoTurn() {
        postern.peer.setFull(true);
        tell("nonsense\n");
        postern.peer.setFull(false);
        postern.session.writable();
        assertThat(postern.peer.isPaused()).isFalse();
        postern.time.advance(ReadThrottle.PAUSE);
        assertThat(postern.time.timers()).isZero();
    }

    @Test
    void noStopWaitsForWhoDoesNotRead() {
        postern.peer.setFull(true);
        tell("nonsense\n");
        assertThat(postern.session.hasPendingReplies()).isFalse();
    }

    @Test
    void whoHasGoneTakesNobodysTurn() {
        EventFixture other = new EventFixture(100);
        ReadThrottle turns = new ReadThrottle(other.time);
        turns.await(() -> false);
        boolean[] had = {false};
        turns.await(() -> had[0] = true);
        other.time.advance(ReadThrottle.PAUSE);
        assertThat(had[0]).isTrue();
        assertThat(other.time.timers()).isZero();
    }

    @Test
    void manyDifferentAnswersUnreadAreTheEndOfReading() {
        postern.peer.setFull(true);
        tell("nonsense\nquota\n".repeat(EventSession.MAX_UNSENT_RUNS));
        postern.time.advance(ReadThrottle.PAUSE.multipliedBy(10));
        assertThat(postern.peer.isPaused()).isTrue();
        assertThat(postern.time.timers()).isZero();
        postern.peer.setFull(false);
        postern.session.writable();
        assertThat(postern.peer.isPaused()).isFalse();
    }

    private void tell(String lines) {
        postern.session.read(lines.getBytes(UTF_8));
    }
}
