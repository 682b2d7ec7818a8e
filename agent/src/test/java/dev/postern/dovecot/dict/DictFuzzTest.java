package dev.postern.dovecot.dict;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.postern.testing.ByteSplits;
import dev.postern.testing.RecordedTranscript;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

class DictFuzzTest {

    @MethodSource("transcripts")
    @FuzzTest
    void thePeerHearsTheSameHoweverItsCommandsCome(byte[] sent) {
        String replies = replay(List.of(sent));
        for (List<byte[]> pieces : ByteSplits.some(sent)) {
            assertThat(replay(pieces)).isEqualTo(replies);
        }
    }

    static List<byte[]> transcripts() {
        return RecordedTranscript.said("dict");
    }

    private static String replay(List<byte[]> pieces) {
        DictFixture postern =
                new DictFixture(100, 10).with("joe@example.org", 5L, 1L).with("new@example.org", null, null);
        DictFixture.DictClientPeer wire = postern.connect();
        pieces.forEach(wire.session::read);
        wire.session.inputClosed();
        postern.flush();
        return wire.take() + (wire.isClosed() ? "!" : "");
    }
}
