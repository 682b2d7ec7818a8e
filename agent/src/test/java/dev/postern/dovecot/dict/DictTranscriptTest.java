package dev.postern.dovecot.dict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.RecordedTranscript;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Recorded requests of both Dovecots to a dict server get the recorded answers. */
class DictTranscriptTest {

    static Stream<RecordedTranscript> transcripts() {
        return RecordedTranscript.of("dict");
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void whole(RecordedTranscript transcript) {
        replay(transcript, -1, Integer.MAX_VALUE);
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void byteByByte(RecordedTranscript transcript) {
        replay(transcript, -1, 1);
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void splitAtEveryOffset(RecordedTranscript transcript) {
        for (int i = 0; i < transcript.connections().size(); i++) {
            for (RecordedTranscript.RecordedTurn turn :
                    transcript.connections().get(i).turns()) {
                for (int cut = 1; cut < turn.said().length; cut++) {
                    replay(transcript, i, cut);
                }
            }
        }
    }

    /**
     * Replays all connections, with the figures that those before have left.
     *
     * @param cutConnection the one whose turns are cut, -1 = all of them
     * @param size of the pieces
     */
    private static void replay(RecordedTranscript transcript, int cutConnection, int size) {
        DictFixture postern = new DictFixture().with("alice@example.org", null, null);
        postern.time.advance(Duration.ofDays(1));
        for (int i = 0; i < transcript.connections().size(); i++) {
            DictFixture.DictClientPeer wire = postern.connect();
            for (RecordedTranscript.RecordedTurn turn :
                    transcript.connections().get(i).turns()) {
                say(wire, turn.said(), cutConnection < 0 || cutConnection == i ? size : Integer.MAX_VALUE);
                postern.flush();
                assertThat(withoutReasons(wire.take())).isEqualTo(withoutReasons(turn.answer()));
            }
            wire.session.inputClosed();
            assertThat(wire.isClosed()).isTrue();
        }
    }

    private static void say(DictFixture.DictClientPeer wire, byte[] bytes, int size) {
        for (int from = 0; from < bytes.length; ) {
            int to = (int) Math.min(bytes.length, (long) from + size);
            wire.session.read(Arrays.copyOfRange(bytes, from, to));
            from = to;
        }
    }

    private static String withoutReasons(String replies) {
        return replies.replaceAll("(?m)^(F\\d*)\t.*$", "$1");
    }
}
