package dev.postern.dovecot.postlogin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What both Dovecots were recorded to send at a login goes back as it went back there, and their sessions began. */
class RecordedPostLoginTest {

    static Stream<Recorded> transcripts() {
        return Recorded.of("postlogin");
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void goesBackHoweverItComes(Recorded transcript) {
        for (Recorded.Connection login : transcript.connections()) {
            assertThat(Cuts.all(login.said()))
                    .allSatisfy(pieces -> assertThat(answer(pieces)).isEqualTo(login.answered()));
        }
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void aMasterUsersLoginIsNotCounted(Recorded transcript) {
        ManualTime time = new ManualTime();
        Ledger ledger = new Ledger(10, 10, 1, time);
        for (Recorded.Connection login : transcript.connections()) {
            session(new HearingPeer(), ledger, time).read(login.said());
        }
        boolean master = transcript.name().contains("master-user");
        assertThat(ledger.isEmpty()).isEqualTo(master);
    }

    private static String answer(List<byte[]> pieces) {
        HearingPeer dovecot = new HearingPeer();
        PostLoginSession session = session(dovecot, new Ledger(10, 10, 1, new ManualTime()), new ManualTime());
        for (byte[] piece : pieces) {
            assertThat(dovecot.writes()).isZero();
            session.read(piece);
        }
        return new String(dovecot.takeBytes(), ISO_8859_1);
    }

    private static PostLoginSession session(HearingPeer peer, Ledger ledger, ManualTime time) {
        Intake intake = new Intake(ledger, new RelayWindows(Duration.ofMinutes(1), List.of(), 10), time);
        return new PostLoginSession(peer, "imap", intake, time, time, new PostLoginCounters(new SimpleMeterRegistry()));
    }
}
