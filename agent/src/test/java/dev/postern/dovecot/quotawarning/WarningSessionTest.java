package dev.postern.dovecot.quotawarning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.ManualTime;
import dev.postern.testing.RecordingPeer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WarningSessionTest {

    private static final String WARNING = "VERSION\tscript\t4\t0\nnoreply\n95\njoe@example.org\n\n";

    private final ManualTime time = new ManualTime();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<ScriptCall> calls = new ArrayList<>();
    private final RecordingPeer dovecot = new RecordingPeer();
    private int malformed;
    private final WarningSession session = session(dovecot);

    @Test
    void aCallIsTakenWholeAndNotAnswered() {
        send(WARNING);
        assertThat(calls).containsExactly(new ScriptCall(List.of("95", "joe@example.org"), false));
        assertThat(dovecot.writes()).isZero();
        assertThat(dovecot.isClosed()).isTrue();
    }

    @Test
    void whateverTheCuts() {
        byte[] all = WARNING.getBytes(StandardCharsets.UTF_8);
        for (int cut = 1; cut < all.length; cut++) {
            calls.clear();
            WarningSession halves = session(new RecordingPeer());
            halves.read(Arrays.copyOf(all, cut));
            assertThat(calls).isEmpty();
            halves.read(Arrays.copyOfRange(all, cut, all.length));
            assertThat(calls).hasSize(1);
        }
    }

    @Test
    void whoWaitsForAStatusGetsSuccess() {
        send("VERSION\tscript\t4\t0\nalarm=10\nenv_A=b\n-\nmismatch\njoe@example.org\nTRUE\n\n");
        assertThat(dovecot.take()).isEqualTo("+\n");
        assertThat(calls).containsExactly(new ScriptCall(List.of("mismatch", "joe@example.org", "TRUE"), true));
    }

    @Test
    void argumentsComeEscaped() {
        send("VERSION\tscript\t4\t0\nnoreply\n95\na\u0001tb\u0001n\u00011\n\n");
        assertThat(calls).containsExactly(new ScriptCall(List.of("95", "a\tb\n\u0001"), false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n",
                "VERSION\tscript\t5\t0\n",
                "VERSION\tscript-login\t1\t0\n",
                "VERSION\tscript\t4\t0\n95\n",
                "VERSION\tscript\t4\t0\nnoreply\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n"
            })
    void whatIsNotUnderstoodIsHungUpOn(String nonsense) {
        send(nonsense);
        assertThat(dovecot.isClosed()).isTrue();
        assertThat(dovecot.writes()).isZero();
        assertThat(calls).isEmpty();
        assertThat(malformed).isEqualTo(1);
    }

    @Test
    void halfACallIsNone() {
        send("VERSION\tscript\t4\t0\nnoreply\n95\njoe@example.org\n");
        session.inputClosed();
        assertThat(calls).isEmpty();
        assertThat(malformed).isEqualTo(1);
    }

    @Test
    void lengthAndPatienceAreBounded() {
        send("x".repeat(WarningSession.MAX_LINE + 1));
        assertThat(dovecot.isClosed()).isTrue();
        RecordingPeer silent = new RecordingPeer();
        session(silent);
        time.advance(WarningSession.TIMEOUT);
        assertThat(silent.isClosed()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"95, 95", "100, 100", "below, below", "101, other", "many, other", "-5, other"})
    void warningsAreCountedByThreshold(String argument, String label) {
        new WarningMetrics(meters).quota(new ScriptCall(List.of(argument, "joe@example.org"), false));
        assertThat(meters.counter("postern.quota.warnings", "threshold", label).count())
                .isEqualTo(1);
    }

    private WarningSession session(RecordingPeer peer) {
        return new WarningSession(peer, calls::add, () -> malformed++, time);
    }

    private void send(String text) {
        session.read(text.getBytes(StandardCharsets.UTF_8));
    }

    /** As recorded with a mailbox of that name: Dovecot splits arguments at blanks, and quotes do not help. */
    @Test
    void aNameWithBlanksIsOneUser() {
        ScriptCall quota = new ScriptCall(List.of("95", "john", "doe@example.org"), false);
        assertThat(quota.user(1, 0)).isEqualTo("john doe@example.org");
        ScriptCall over = new ScriptCall(List.of("mismatch", "john", "doe@example.org", "1"), false);
        assertThat(over.user(1, 1)).isEqualTo("john doe@example.org");
        assertThat(over.flag(1)).isEqualTo("1");
        ScriptCall withoutFlag = new ScriptCall(List.of("mismatch", "joe@example.org"), false);
        assertThat(withoutFlag.user(1, 1)).isEqualTo("joe@example.org");
        assertThat(withoutFlag.flag(1)).isEmpty();
    }
}
