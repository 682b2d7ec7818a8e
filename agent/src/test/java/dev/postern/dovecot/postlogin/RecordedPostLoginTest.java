package dev.postern.dovecot.postlogin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What both Dovecots were recorded to send at a login goes back as it went back there, and their sessions began. */
class RecordedPostLoginTest {

    static Stream<RecordedTranscript> transcripts() {
        return RecordedTranscript.of("postlogin");
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void goesBackHoweverItComes(RecordedTranscript transcript) {
        for (RecordedTranscript.RecordedConnection login : transcript.connections()) {
            assertThat(ByteSplits.all(login.said()))
                    .allSatisfy(pieces -> assertThat(answer(pieces)).isEqualTo(login.answered()));
        }
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void aMasterUsersLoginIsNotCounted(RecordedTranscript transcript) {
        ManualTime time = new ManualTime();
        PendingChanges pending = new PendingChanges(10, 10, 1, time);
        for (RecordedTranscript.RecordedConnection login : transcript.connections()) {
            session(new RecordingPeer(), pending, time).read(login.said());
        }
        boolean master = transcript.name().contains("master-user");
        assertThat(pending.isEmpty()).isEqualTo(master);
    }

    private static String answer(List<byte[]> pieces) {
        RecordingPeer dovecot = new RecordingPeer();
        PostLoginSession session = session(dovecot, new PendingChanges(10, 10, 1, new ManualTime()), new ManualTime());
        for (byte[] piece : pieces) {
            assertThat(dovecot.writes()).isZero();
            session.read(piece);
        }
        return new String(dovecot.takeBytes(), ISO_8859_1);
    }

    private static PostLoginSession session(RecordingPeer peer, PendingChanges pending, ManualTime time) {
        EventIntake intake = new EventIntake(pending, new RelayWindows(Duration.ofMinutes(1), List.of(), 10), time);
        return new PostLoginSession(peer, "imap", intake, time, time, new PostLoginMetrics(new SimpleMeterRegistry()));
    }
}
