package dev.postern.dovecot.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReplyBufferTest {

    private final ReplyBuffer unsent = new ReplyBuffer();

    @Test
    void answersKeepTheirOrder() {
        unsent.add(7);
        unsent.add(8);
        unsent.add(EventReplyQueue.BUSY);
        unsent.add(Rejection.KIND.code());
        unsent.add(9);
        assertThat(unsent.runs()).isEqualTo(4);
        assertThat(unsent.take(1000)).isEqualTo("OK\nOK\nBUSY\nERR " + Rejection.KIND.text() + "\nOK\n");
        assertThat(unsent.isEmpty()).isTrue();
    }

    @Test
    void theyLeaveInPiecesOfWholeAnswers() {
        for (int i = 1; i <= 1_000_000; i++) {
            unsent.add(i);
        }
        assertThat(unsent.runs()).isEqualTo(1);
        long taken = 0;
        while (!unsent.isEmpty()) {
            String piece = unsent.take(8192);
            assertThat(piece).hasSizeBetween(3, 8192 + 3).endsWith("OK\n");
            taken += piece.length();
        }
        assertThat(taken).isEqualTo(3_000_000);
    }
}
