package dev.postern.dovecot.quotawarning;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.postern.net.TabEscaping;
import dev.postern.testing.ByteSplits;
import dev.postern.testing.ManualTime;
import dev.postern.testing.RecordedTranscript;
import dev.postern.testing.RecordingPeer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

class WarningFuzzTest {

    @MethodSource("transcripts")
    @FuzzTest
    void aCallIsTheSameHoweverItComesAndOnceMoreWhenItIsWrittenAnew(byte[] sent) {
        List<ScriptCall> calls = replay(List.of(sent));
        for (List<byte[]> pieces : ByteSplits.some(sent)) {
            assertThat(replay(pieces)).isEqualTo(calls);
        }
        for (ScriptCall call : calls) {
            assertThat(call.arguments()).hasSizeLessThanOrEqualTo(WarningSession.MAX_ARGUMENTS);
            if (!call.arguments().contains("")) {
                assertThat(replay(List.of(written(call)))).containsExactly(call);
            }
            new WarningMetrics(new SimpleMeterRegistry()).quota(call);
        }
    }

    static List<byte[]> transcripts() {
        return RecordedTranscript.said("quotawarning");
    }

    private static List<ScriptCall> replay(List<byte[]> pieces) {
        List<ScriptCall> calls = new ArrayList<>();
        ManualTime time = new ManualTime();
        RecordingPeer dovecot = new RecordingPeer();
        WarningSession session = new WarningSession(dovecot, calls::add, () -> {}, time);
        pieces.forEach(session::read);
        session.inputClosed();
        assertThat(dovecot.isClosed()).isTrue();
        assertThat(time.timers()).isZero();
        assertThat(calls).hasSizeLessThanOrEqualTo(1);
        boolean awaited = calls.stream().anyMatch(ScriptCall::isAwaited);
        assertThat(dovecot.take()).isEqualTo(awaited ? "+\n" : "");
        return calls;
    }

    private static byte[] written(ScriptCall call) {
        StringBuilder text = new StringBuilder("VERSION\tscript\t4\t0\n")
                .append(call.isAwaited() ? "-" : "noreply")
                .append('\n');
        call.arguments()
                .forEach(argument -> text.append(TabEscaping.escape(argument)).append('\n'));
        return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }
}
