package dev.postern.dovecot.postlogin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.IpAddress;
import dev.postern.model.MailAddress;
import dev.postern.model.MailboxChange;
import dev.postern.pending.EventIntake;
import dev.postern.pending.PendingChanges;
import dev.postern.relay.RelayWindows;
import dev.postern.testing.ManualTime;
import dev.postern.testing.RecordingPeer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostLoginSessionTest {

    private static final String VERSION = "VERSION\tscript-login\t1\t0\n";
    private static final String FIELDS = "joe@example.org\tuid=65534\tgid=65534\thome=/srv/mail/joe"
            + "\tquota_rule=*:storage=1G:messages=1000\tname=J\u00f6\u0001t\tauth_mech=PLAIN"
            + "\tauth_token=0123456789abcdef0123456789abcdef01234567\tauth_user=joe\n";
    private static final MailAddress JOE = new MailAddress("joe@example.org");

    private final ManualTime time = new ManualTime();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final PendingChanges pending = new PendingChanges(10, 10, 1, time);
    private final EventIntake intake =
            new EventIntake(pending, new RelayWindows(Duration.ofMinutes(1), List.of(), 10), time);
    private final RecordingPeer dovecot = new RecordingPeer();
    private final PostLoginSession session = session(dovecot);

    @Test
    void theUserAndEveryFieldGoBackAsTheyCame() {
        send(VERSION + "127.0.0.1\t192.0.2.7\t" + FIELDS);
        assertThat(dovecot.take()).isEqualTo(FIELDS);
        assertThat(dovecot.writes()).isEqualTo(1);
        assertThat(dovecot.isClosed()).isTrue();
        assertThat(pending.unconfirmed(JOE))
                .isEqualTo(new MailboxChange(IpAddress.parse("192.0.2.7"), time.instant(), null, null));
    }

    @Test
    void whateverTheCutsNothingIsSentBeforeTheWholeLine() {
        byte[] all = (VERSION + "::1\t2001:db8::7\t" + FIELDS).getBytes(StandardCharsets.UTF_8);
        for (int cut = 1; cut < all.length; cut++) {
            RecordingPeer peer = new RecordingPeer();
            PostLoginSession halves = session(peer);
            halves.read(Arrays.copyOf(all, cut));
            assertThat(peer.writes()).isZero();
            halves.read(Arrays.copyOfRange(all, cut, all.length));
            assertThat(peer.take()).isEqualTo(FIELDS);
        }
        RecordingPeer peer = new RecordingPeer();
        PostLoginSession slow = session(peer);
        for (byte one : all) {
            slow.read(new byte[] {one});
        }
        assertThat(peer.take()).isEqualTo(FIELDS);
    }

    @Test
    void aUserWithoutFieldsIsEnough() {
        send(VERSION + "127.0.0.1\t192.0.2.7\tjoe@example.org\n");
        assertThat(dovecot.take()).isEqualTo("joe@example.org\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1\t192.0.2.7\tjoe@example.org\tuid=1\tmaster_user=root\tauth_user=root\n",
                "127.0.0.1\tnowhere\tjoe@example.org\tuid=1\n",
                "127.0.0.1\t\tjoe@example.org\tuid=1\n",
                "127.0.0.1\t192.0.2.7\tjoe\tuid=1\n"
            })
    void someAreAnsweredAndNotCounted(String line) {
        send(VERSION + line);
        assertThat(dovecot.take()).isEqualTo(line.substring(line.indexOf("joe")));
        assertThat(pending.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                VERSION + "\n",
                VERSION + "127.0.0.1\n",
                VERSION + "127.0.0.1\t192.0.2.7\n",
                VERSION + "127.0.0.1\t192.0.2.7\t\n",
                VERSION + "127.0.0.1\t192.0.2.7\t\tuid=1\n",
                "VERSION\tscript-login\t2\t0\n127.0.0.1\t192.0.2.7\tjoe@example.org\n",
                "VERSION\tscript\t4\t0\nnoreply\n\n",
                "\n\n",
                "GET / HTTP/1.0\r\n\r\n"
            })
    void whatIsNotUnderstoodGetsNotOneByte(String nonsense) {
        send(nonsense);
        assertThat(dovecot.writes()).isZero();
        assertThat(dovecot.isClosed()).isTrue();
        assertThat(pending.isEmpty()).isTrue();
        assertThat(meters.counter("postern.events.rejected", "reason", "postlogin_protocol")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void lengthIsBounded() {
        send(VERSION + "127.0.0.1\t192.0.2.7\t" + "x".repeat(PostLoginSession.MAX_LINE));
        assertThat(dovecot.isClosed()).isTrue();
        assertThat(dovecot.writes()).isZero();
    }

    @Test
    void patienceIsBounded() {
        send(VERSION);
        time.advance(PostLoginSession.TIMEOUT);
        assertThat(dovecot.isClosed()).isTrue();
        assertThat(dovecot.writes()).isZero();
    }

    @Test
    void onlyTheFirstLoginOfAConnectionCounts() {
        send(VERSION + "127.0.0.1\t192.0.2.7\t" + FIELDS + "127.0.0.1\t192.0.2.9\tbob@example.org\n");
        assertThat(dovecot.take()).isEqualTo(FIELDS);
        assertThat(pending.size()).isEqualTo(1);
    }

    @Test
    void whoHasNotWaitedHasNotLoggedIn() {
        dovecot.hangUp();
        send(VERSION + "127.0.0.1\t192.0.2.7\t" + FIELDS);
        assertThat(pending.isEmpty()).isTrue();
        assertThat(meters.counter("postern.events.rejected", "reason", "postlogin_given_up")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aFullLedgerKeepsNobodyOut() {
        PostLoginSession crowded = new PostLoginSession(
                dovecot,
                "imap",
                new EventIntake(
                        new PendingChanges(0, 1, 1, time), new RelayWindows(Duration.ofMinutes(1), List.of(), 1), time),
                time,
                time,
                new PostLoginMetrics(meters));
        crowded.read((VERSION + "127.0.0.1\t192.0.2.7\t" + FIELDS).getBytes(StandardCharsets.UTF_8));
        assertThat(dovecot.take()).isEqualTo(FIELDS);
        assertThat(meters.counter("postern.events.rejected", "reason", "postlogin_no_room")
                        .count())
                .isEqualTo(1);
    }

    private PostLoginSession session(RecordingPeer peer) {
        return new PostLoginSession(peer, "imap", intake, time, time, new PostLoginMetrics(meters));
    }

    private void send(String text) {
        session.read(text.getBytes(StandardCharsets.UTF_8));
    }
}
