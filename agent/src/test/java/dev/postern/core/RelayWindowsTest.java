package dev.postern.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.Seeded;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RelayWindowsTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Ip HOME = Ip.parse("192.0.2.7");
    private static final Ip LOOPBACK = Ip.parse("127.0.0.1");
    private static final Address ALICE = new Address("alice@example.org");
    private static final Address BOB = new Address("bob@example.org");

    private final RelayWindows windows = new RelayWindows(MINUTE, List.of(Network.parse("127.0.0.0/8")), 3);

    @Test
    void aWindowLastsFromTheLoginOn() {
        assertThat(windows.note(HOME, ALICE, NOON, NOON.plusSeconds(20))).isTrue();
        assertThat(windows.holders(HOME, NOON.plusSeconds(20))).containsExactly(ALICE);
        assertThat(windows.holders(HOME, NOON.plus(MINUTE).minusNanos(1))).containsExactly(ALICE);
        assertThat(windows.holders(HOME, NOON.plus(MINUTE))).isEmpty();
        assertThat(windows.holders(LOOPBACK, NOON)).isEmpty();
    }

    @Test
    void aLaterLoginProlongsAndAnOlderOneChangesNothing() {
        windows.note(HOME, ALICE, NOON, NOON);
        assertThat(windows.note(HOME, ALICE, NOON.plusSeconds(30), NOON.plusSeconds(30)))
                .isTrue();
        assertThat(windows.note(HOME, ALICE, NOON.plusSeconds(30), NOON.plusSeconds(31)))
                .isFalse();
        assertThat(windows.note(HOME, ALICE, NOON.plusSeconds(10), NOON.plusSeconds(31)))
                .isFalse();
        assertThat(windows.holders(HOME, NOON.plusSeconds(89))).containsExactly(ALICE);
        assertThat(windows.size()).isEqualTo(1);
    }

    @Test
    void oneIpMayBelongToSeveralAndOneMailboxToSeveralIps() {
        windows.note(HOME, ALICE, NOON, NOON);
        windows.note(HOME, BOB, NOON, NOON);
        windows.note(Ip.parse("2001:db8::7"), ALICE, NOON, NOON);
        assertThat(windows.holders(HOME, NOON)).containsExactlyInAnyOrder(ALICE, BOB);
        assertThat(windows.holders(Ip.parse("2001:db8::7"), NOON)).containsExactly(ALICE);
        assertThat(windows.size()).isEqualTo(3);
    }

    @Test
    void excludedNetworksOpenNothing() {
        assertThat(windows.note(LOOPBACK, ALICE, NOON, NOON)).isFalse();
        assertThat(windows.note(Ip.parse("::ffff:127.1.2.3"), ALICE, NOON, NOON))
                .isFalse();
        assertThat(windows.size()).isZero();
    }

    @Test
    void aLoginOfLongAgoOpensNothing() {
        assertThat(windows.note(HOME, ALICE, NOON.minus(MINUTE), NOON)).isFalse();
        assertThat(windows.note(HOME, ALICE, Instant.MIN, NOON)).isFalse();
        assertThat(windows.size()).isZero();
    }

    @Test
    void aLoginInTheFutureCountsFromNow() {
        assertThat(windows.note(HOME, ALICE, Instant.MAX, NOON)).isTrue();
        assertThat(windows.holders(HOME, NOON)).containsExactly(ALICE);
        assertThat(windows.holders(HOME, NOON.plus(MINUTE))).isEmpty();
    }

    @Test
    void aClockSetBackStretchesNoWindow() {
        windows.note(HOME, ALICE, NOON, NOON);
        Instant back = NOON.minusSeconds(3600);
        assertThat(windows.holders(HOME, back)).isEmpty();
        assertThat(windows.note(HOME, ALICE, back, back)).isTrue();
        assertThat(windows.holders(HOME, back)).containsExactly(ALICE);
        assertThat(windows.holders(HOME, back.plus(MINUTE))).isEmpty();
    }

    @Test
    void whenThereIsNoRoomNoWindowOpensUntilOneHasRunOut() {
        for (int i = 0; i < 3; i++) {
            windows.note(HOME, new Address("user" + i + "@example.org"), NOON, NOON);
        }
        assertThat(windows.note(HOME, ALICE, NOON.plusSeconds(1), NOON.plusSeconds(1)))
                .isFalse();
        assertThat(windows.note(HOME, new Address("user1@example.org"), NOON.plusSeconds(1), NOON.plusSeconds(1)))
                .isTrue();
        assertThat(windows.note(HOME, ALICE, NOON.plus(MINUTE), NOON.plus(MINUTE)))
                .isTrue();
        assertThat(windows.size()).isEqualTo(2);
    }

    @Test
    void sweepingForgetsWhatHasRunOutOnly() {
        windows.note(HOME, ALICE, NOON, NOON);
        windows.note(HOME, BOB, NOON.plusSeconds(30), NOON.plusSeconds(30));
        windows.sweep(NOON.plus(MINUTE));
        assertThat(windows.size()).isEqualTo(1);
        assertThat(windows.holders(HOME, NOON.plus(MINUTE))).containsExactly(BOB);
        windows.sweep(NOON.plus(MINUTE.multipliedBy(2)));
        assertThat(windows.size()).isZero();
    }

    @Test
    void staysBoundedAndShutWhateverComes() {
        Random random = Seeded.random();
        RelayWindows bounded = new RelayWindows(MINUTE, List.of(), 20);
        Instant now = NOON;
        for (int i = 0; i < 50_000; i++) {
            now = now.plusMillis(random.nextInt(500));
            Ip ip = new Ip(0, random.nextInt(30));
            bounded.note(ip, Generated.address(random), now.minusSeconds(random.nextInt(100) - 10), now);
            if (random.nextInt(100) == 0) {
                bounded.sweep(now);
            }
            assertThat(bounded.size()).isBetween(0, 20);
        }
        Instant end = now.plus(MINUTE);
        for (int i = 0; i < 30; i++) {
            assertThat(bounded.holders(new Ip(0, i), end)).isEmpty();
        }
        bounded.sweep(end);
        assertThat(bounded.size()).isZero();
    }
}
