package dev.postern.dovecot.quotawarning;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.postern.net.TabFields;
import dev.postern.testing.Cuts;
import dev.postern.testing.HearingPeer;
import dev.postern.testing.ManualTime;
import dev.postern.testing.Recorded;
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
        for (List<byte[]> pieces : Cuts.some(sent)) {
            assertThat(replay(pieces)).isEqualTo(calls);
        }
        for (ScriptCall call : calls) {
            assertThat(call.arguments()).hasSizeLessThanOrEqualTo(WarningSession.MAX_ARGUMENTS);
            if (!call.arguments().contains("")) {
                assertThat(replay(List.of(written(call)))).containsExactly(call);
            }
            new Warnings(new SimpleMeterRegistry()).quota(call);
        }
    }

    static List<byte[]> transcripts() {
        return Recorded.said("warning");
    }

    private static List<ScriptCall> replay(List<byte[]> pieces) {
        List<ScriptCall> calls = new ArrayList<>();
        ManualTime time = new ManualTime();
        HearingPeer dovecot = new HearingPeer();
        WarningSession session = new WarningSession(dovecot, calls::add, () -> {}, time);
        pieces.forEach(session::read);
        session.end();
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
                .forEach(argument -> text.append(TabFields.escape(argument)).append('\n'));
        return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }
}
