package dev.postern.dovecot.postlogin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.postern.pending.EventIntake;
import dev.postern.pending.PendingChanges;
import dev.postern.relay.RelayWindows;
import dev.postern.testing.ByteSplits;
import dev.postern.testing.ManualTime;
import dev.postern.testing.RecordedTranscript;
import dev.postern.testing.RecordingPeer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.provider.MethodSource;

class PostLoginFuzzTest {

    /** The protocol once more, as one expression. */
    private static final Pattern LOGIN =
            Pattern.compile("VERSION\tscript-login\t1\t[^\n]*\n[^\t\n]*\t[^\t\n]*\t([^\t\n][^\n]*)\n");

    @MethodSource("transcripts")
    @FuzzTest
    void whoIsUnderstoodGetsHisLineBackAndOthersNothing(byte[] sent) {
        String expected = expected(new String(sent, ISO_8859_1));
        for (List<byte[]> pieces : ByteSplits.some(sent)) {
            PendingChanges pending = new PendingChanges(10, 10, 1, new ManualTime());
            assertThat(answer(pieces, pending)).isEqualTo(expected);
            assertThat(pending.size()).isLessThanOrEqualTo(expected.isEmpty() ? 0 : 1);
        }
    }

    static List<byte[]> transcripts() {
        return RecordedTranscript.said("postlogin");
    }

    private static String expected(String sent) {
        Matcher login = LOGIN.matcher(sent);
        boolean fits = login.lookingAt() && sent.lines().limit(2).allMatch(line -> line.length() <= 64 * 1024);
        return fits ? login.group(1) + "\n" : "";
    }

    private static String answer(List<byte[]> pieces, PendingChanges pending) {
        ManualTime time = new ManualTime();
        EventIntake intake = new EventIntake(pending, new RelayWindows(Duration.ofMinutes(1), List.of(), 10), time);
        RecordingPeer dovecot = new RecordingPeer();
        PostLoginSession session = new PostLoginSession(
                dovecot, "imap", intake, time, time, new PostLoginMetrics(new SimpleMeterRegistry()));
        pieces.forEach(session::read);
        session.inputClosed();
        assertThat(dovecot.isClosed()).isTrue();
        assertThat(time.timers()).isZero();
        return new String(dovecot.takeBytes(), ISO_8859_1);
    }
}
