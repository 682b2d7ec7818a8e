package dev.postern.dovecot.events;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.postern.testing.ByteSplits;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

class EventFuzzTest {

    @MethodSource("transcripts")
    @FuzzTest
    void eachLineGetsOneAnswerHoweverItComes(byte[] sent) {
        String answers = EventFixture.replay(List.of(sent), true);
        assertThat(answers).matches("((OK|BUSY|ERR [ -~]+)\n)*!");
        assertThat(count(answers)).isLessThanOrEqualTo(count(new String(sent, ISO_8859_1)) + 1);
        for (List<byte[]> pieces : ByteSplits.some(sent)) {
            assertThat(EventFixture.replay(pieces, true)).isEqualTo(answers);
        }
    }

    static List<byte[]> transcripts() {
        return EventTranscript.all().stream().map(EventTranscript::sent).toList();
    }

    private static long count(String text) {
        return text.chars().filter(c -> c == '\n').count();
    }
}
