package dev.postern.dovecot.quotawarning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.ByteSplits;
import dev.postern.testing.ManualTime;
import dev.postern.testing.RecordedTranscript;
import dev.postern.testing.RecordingPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Recorded quota warnings of both Dovecots. */
class RecordedWarningTest {

    static Stream<RecordedTranscript> transcripts() {
        return RecordedTranscript.of("quotawarning");
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void isACallHoweverItComes(RecordedTranscript transcript) {
        for (RecordedTranscript.RecordedConnection connection : transcript.connections()) {
            for (List<byte[]> pieces : ByteSplits.all(connection.said())) {
                List<ScriptCall> calls = new ArrayList<>();
                RecordingPeer dovecot = new RecordingPeer();
                WarningSession session = new WarningSession(dovecot, calls::add, () -> {}, new ManualTime());
                pieces.forEach(session::read);
                assertThat(calls).hasSize(1);
                assertThat(calls.get(0).argument(0)).matches("\\d+|below|mismatch");
                assertThat(calls.get(0).argument(1)).contains("@example.org");
                assertThat(dovecot.take()).isEqualTo(connection.answered());
            }
        }
    }
}
