package dev.postern.dovecot.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.ByteSplits;
import dev.postern.testing.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Recorded conversations, replayed whole, byte by byte, and split at every offset; and the law that every line is
 * answered.
 */
class EventTranscriptTest {

    @ParameterizedTest
    @MethodSource("transcripts")
    void replays(EventTranscript transcript) {
        String expected = transcript.heard() + (transcript.isClosed() ? "!" : "");
        assertThat(ByteSplits.all(transcript.sent()))
                .allSatisfy(pieces -> assertThat(EventFixture.replay(pieces, transcript.isClosed()))
                        .isEqualTo(expected));
    }

    @Test
    void everyLineGetsOneAnswerInItsTurnWhateverHappensMeanwhile() {
        Random random = SeededRandom.random();
        for (int run = 0; run < 300; run++) {
            EventFixture fixture = new EventFixture(1 + random.nextInt(6));
            StringBuilder lines = new StringBuilder();
            StringBuilder expected = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                boolean good = random.nextInt(4) > 0;
                lines.append(good ? "quota\tuser=u" + random.nextInt(5) + "@example.org\tbytes=1\n" : "bad\n");
                expected.append(good ? 'g' : 'b');
            }
            byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
            for (int at = 0; at < bytes.length; ) {
                int to = Math.min(bytes.length, at + 1 + random.nextInt(60));
                fixture.session.read(Arrays.copyOfRange(bytes, at, to));
                at = to;
                fixture.happen(random.nextInt(4));
            }
            fixture.happen(0);
            assertThat(kinds(fixture.peer.take())).isEqualTo(expected.toString());
        }
    }

    @Test
    void garbageIsAnsweredToo() {
        Random random = SeededRandom.random();
        for (int run = 0; run < 300; run++) {
            EventFixture fixture = new EventFixture(10);
            byte[] garbage = new byte[random.nextInt(600)];
            random.nextBytes(garbage);
            fixture.session.read(garbage);
            fixture.happen(0);
            long lines = IntStream.range(0, garbage.length)
                    .filter(i -> garbage[i] == '\n')
                    .count();
            assertThat(fixture.peer.take().lines().count()).isEqualTo(lines);
        }
    }

    static List<EventTranscript> transcripts() {
        return EventTranscript.all();
    }

    /** A g for each OK or BUSY, a b for each ERR. */
    private static String kinds(String heard) {
        StringBuilder kinds = new StringBuilder();
        heard.lines().forEach(line -> kinds.append(line.startsWith("ERR") ? 'b' : 'g'));
        return kinds.toString();
    }
}
