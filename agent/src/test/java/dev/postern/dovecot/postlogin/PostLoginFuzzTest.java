package dev.postern.dovecot.postlogin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.postern.pending.Intake;
import dev.postern.pending.Ledger;
import dev.postern.relay.RelayWindows;
import dev.postern.testing.Cuts;
import dev.postern.testing.HearingPeer;
import dev.postern.testing.ManualTime;
import dev.postern.testing.Recorded;
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
        for (List<byte[]> pieces : Cuts.some(sent)) {
            Ledger ledger = new Ledger(10, 10, 1, new ManualTime());
            assertThat(answer(pieces, ledger)).isEqualTo(expected);
            assertThat(ledger.size()).isLessThanOrEqualTo(expected.isEmpty() ? 0 : 1);
        }
    }

    static List<byte[]> transcripts() {
        return Recorded.said("postlogin");
    }

    private static String expected(String sent) {
        Matcher login = LOGIN.matcher(sent);
        boolean fits = login.lookingAt() && sent.lines().limit(2).allMatch(line -> line.length() <= 64 * 1024);
        return fits ? login.group(1) + "\n" : "";
    }

    private static String answer(List<byte[]> pieces, Ledger ledger) {
        ManualTime time = new ManualTime();
        Intake intake = new Intake(ledger, new RelayWindows(Duration.ofMinutes(1), List.of(), 10), time);
        HearingPeer dovecot = new HearingPeer();
        PostLoginSession session = new PostLoginSession(
                dovecot, "imap", intake, time, time, new PostLoginCounters(new SimpleMeterRegistry()));
        pieces.forEach(session::read);
        session.end();
        assertThat(dovecot.isClosed()).isTrue();
        assertThat(time.timers()).isZero();
        return new String(dovecot.takeBytes(), ISO_8859_1);
    }
}
