package dev.postern.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.Event;
import dev.postern.model.IpAddress;
import dev.postern.model.IpNetwork;
import dev.postern.model.IpNetworkList;
import dev.postern.model.MailAddress;
import dev.postern.model.RandomValues;
import dev.postern.testing.SeededRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RelayWindowsTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final IpAddress HOME = IpAddress.parse("192.0.2.7");
    private static final IpAddress LOOPBACK = IpAddress.parse("127.0.0.1");
    private static final MailAddress ALICE = new MailAddress("alice@example.org");
    private static final MailAddress BOB = new MailAddress("bob@example.org");

    private final RelayWindows windows = new RelayWindows(MINUTE, List.of(IpNetwork.parse("127.0.0.0/8")), 3);

    @Test
    void aWindowLastsFromTheLoginOn() {
        assertThat(note(HOME, ALICE, NOON, NOON.plusSeconds(20))).isTrue();
        assertThat(windows.addresses(HOME, NOON.plusSeconds(20))).containsExactly(ALICE);
        assertThat(windows.addresses(HOME, NOON.plus(MINUTE).minusNanos(1))).containsExactly(ALICE);
        assertThat(windows.addresses(HOME, NOON.plus(MINUTE))).isEmpty();
        assertThat(windows.addresses(LOOPBACK, NOON)).isEmpty();
    }

    @Test
    void aLaterLoginProlongsAndAnOlderOneChangesNothing() {
        note(HOME, ALICE, NOON, NOON);
        assertThat(note(HOME, ALICE, NOON.plusSeconds(30), NOON.plusSeconds(30)))
                .isTrue();
        assertThat(note(HOME, ALICE, NOON.plusSeconds(30), NOON.plusSeconds(31)))
                .isFalse();
        assertThat(note(HOME, ALICE, NOON.plusSeconds(10), NOON.plusSeconds(31)))
                .isFalse();
        assertThat(windows.addresses(HOME, NOON.plusSeconds(89))).containsExactly(ALICE);
        assertThat(windows.size()).isEqualTo(1);
    }

    @Test
    void oneIpMayBelongToSeveralAndOneMailboxToSeveralIps() {
        note(HOME, ALICE, NOON, NOON);
        note(HOME, BOB, NOON, NOON);
        note(IpAddress.parse("2001:db8::7"), ALICE, NOON, NOON);
        assertThat(windows.addresses(HOME, NOON)).containsExactlyInAnyOrder(ALICE, BOB);
        assertThat(windows.addresses(IpAddress.parse("2001:db8::7"), NOON)).containsExactly(ALICE);
        assertThat(windows.size()).isEqualTo(3);
    }

    @Test
    void excludedNetworksOpenNothing() {
        assertThat(note(LOOPBACK, ALICE, NOON, NOON)).isFalse();
        assertThat(note(IpAddress.parse("::ffff:127.1.2.3"), ALICE, NOON, NOON)).isFalse();
        assertThat(windows.size()).isZero();
    }

    @Test
    void aLoginOfLongAgoOpensNothing() {
        assertThat(note(HOME, ALICE, NOON.minus(MINUTE), NOON)).isFalse();
        assertThat(note(HOME, ALICE, Instant.MIN, NOON)).isFalse();
        assertThat(windows.size()).isZero();
    }

    @Test
    void aLoginInTheFutureCountsFromNow() {
        assertThat(note(HOME, ALICE, Instant.MAX, NOON)).isTrue();
        assertThat(windows.addresses(HOME, NOON)).containsExactly(ALICE);
        assertThat(windows.addresses(HOME, NOON.plus(MINUTE))).isEmpty();
    }

    @Test
    void aClockSetBackStretchesNoWindow() {
        note(HOME, ALICE, NOON, NOON);
        Instant back = NOON.minusSeconds(3600);
        assertThat(windows.addresses(HOME, back)).isEmpty();
        assertThat(note(HOME, ALICE, back, back)).isTrue();
        assertThat(windows.addresses(HOME, back)).containsExactly(ALICE);
        assertThat(windows.addresses(HOME, back.plus(MINUTE))).isEmpty();
    }

    @Test
    void whenThereIsNoRoomNoWindowOpensUntilOneHasRunOut() {
        for (int i = 0; i < 3; i++) {
            note(HOME, new MailAddress("user" + i + "@example.org"), NOON, NOON);
        }
        assertThat(note(HOME, ALICE, NOON.plusSeconds(1), NOON.plusSeconds(1))).isFalse();
        assertThat(note(HOME, new MailAddress("user1@example.org"), NOON.plusSeconds(1), NOON.plusSeconds(1)))
                .isTrue();
        assertThat(note(HOME, ALICE, NOON.plus(MINUTE), NOON.plus(MINUTE))).isTrue();
        assertThat(windows.size()).isEqualTo(2);
    }

    @Test
    void whoAsksHowManyAreOpenIsNotToldOfThoseThatHaveRunOut() {
        note(HOME, ALICE, NOON, NOON);
        note(HOME, BOB, NOON.plusSeconds(30), NOON.plusSeconds(30));
        Instant justOpen = NOON.plus(MINUTE).minusMillis(500);
        assertThat(windows.size(justOpen)).isEqualTo(2);
        assertThat(windows.size(justOpen.plusMillis(999))).isEqualTo(2);
        assertThat(windows.size(justOpen.plusSeconds(1))).isEqualTo(1);
        assertThat(windows.size(NOON.plusSeconds(90))).isZero();
    }

    @Test
    void sweepingForgetsWhatHasRunOutOnly() {
        note(HOME, ALICE, NOON, NOON);
        note(HOME, BOB, NOON.plusSeconds(30), NOON.plusSeconds(30));
        windows.sweep(NOON.plus(MINUTE));
        assertThat(windows.size()).isEqualTo(1);
        assertThat(windows.addresses(HOME, NOON.plus(MINUTE))).containsExactly(BOB);
        windows.sweep(NOON.plus(MINUTE.multipliedBy(2)));
        assertThat(windows.size()).isZero();
    }

    @Test
    void whoIsToldOfAWindowIsToldOnce() {
        note(HOME, ALICE, NOON, NOON);
        note(IpAddress.parse("2001:db8::7"), ALICE, NOON, NOON);
        note(HOME, BOB, NOON, NOON);
        assertThat(windows.confirm(ALICE, NOON))
                .extracting(RelayWindows.OpenWindow::ip)
                .containsExactlyInAnyOrder(HOME, IpAddress.parse("2001:db8::7"));
        assertThat(windows.confirm(ALICE, NOON)).isEmpty();
        note(HOME, ALICE, NOON.plusSeconds(30), NOON.plusSeconds(30));
        assertThat(windows.confirm(ALICE, NOON.plusSeconds(30))).isEmpty();
        assertThat(windows.confirm(BOB, NOON))
                .containsExactly(new RelayWindows.OpenWindow(HOME, BOB, "imap", NOON, NOON.plus(MINUTE)));
    }

    @Test
    void aWindowThatOpensAnewIsToldAnew() {
        note(HOME, ALICE, NOON, NOON);
        windows.confirm(ALICE, NOON);
        note(HOME, ALICE, NOON.plus(MINUTE), NOON.plus(MINUTE));
        assertThat(windows.confirm(ALICE, NOON.plus(MINUTE))).hasSize(1);
        windows.close(HOME, NOON.plus(MINUTE));
        note(HOME, ALICE, NOON.plusSeconds(61), NOON.plusSeconds(61));
        assertThat(windows.confirm(ALICE, NOON.plusSeconds(61))).hasSize(1);
    }

    @Test
    void whatIsOverIsToldNobody() {
        note(HOME, ALICE, NOON, NOON);
        assertThat(windows.confirm(ALICE, NOON.plus(MINUTE))).isEmpty();
        windows.sweep(NOON.plus(MINUTE));
        note(HOME, ALICE, NOON.plus(MINUTE), NOON.plus(MINUTE));
        assertThat(windows.confirm(ALICE, NOON.plus(MINUTE))).hasSize(1);
    }

    @Test
    void whatIsNoActiveMailboxHoldsNothingOpen() {
        note(HOME, ALICE, NOON, NOON);
        note(HOME, BOB, NOON, NOON);
        windows.reject(ALICE);
        assertThat(windows.addresses(HOME, NOON)).containsExactly(BOB);
        assertThat(windows.size()).isEqualTo(1);
        assertThat(windows.confirm(ALICE, NOON)).isEmpty();
    }

    @Test
    void aWindowThatOnlyAnOlderAnswerSpeaksAgainstStays() {
        note(HOME, ALICE, NOON, NOON);
        windows.reject(HOME, ALICE);
        assertThat(windows.addresses(HOME, NOON)).containsExactly(ALICE);
        windows.confirm(ALICE, NOON);
        windows.reject(ALICE);
        assertThat(windows.addresses(HOME, NOON)).containsExactly(ALICE);
        windows.reject(HOME, ALICE);
        assertThat(windows.addresses(HOME, NOON)).isEmpty();
        assertThat(windows.size()).isZero();
    }

    @Test
    void closingShutsOutEveryHolder() {
        note(HOME, ALICE, NOON, NOON);
        note(HOME, BOB, NOON, NOON);
        assertThat(windows.close(HOME, NOON.plusSeconds(1))).isTrue();
        assertThat(windows.addresses(HOME, NOON.plusSeconds(1))).isEmpty();
        assertThat(windows.iterator().hasNext()).isFalse();
        assertThat(windows.confirm(ALICE, NOON.plusSeconds(1))).isEmpty();
        assertThat(windows.size()).isZero();
        assertThat(windows.close(HOME, NOON.plusSeconds(2))).isFalse();
    }

    @Test
    void whatIsClosedIsOpenedByALaterLoginAlone() {
        note(HOME, ALICE, NOON, NOON);
        windows.close(HOME, NOON.plusSeconds(10));
        assertThat(note(HOME, ALICE, NOON, NOON.plusSeconds(11))).isFalse();
        assertThat(note(HOME, BOB, NOON.plusSeconds(10), NOON.plusSeconds(11))).isFalse();
        assertThat(note(IpAddress.parse("192.0.2.8"), BOB, NOON, NOON.plusSeconds(11)))
                .isTrue();
        windows.sweep(NOON.plusSeconds(69));
        assertThat(note(HOME, ALICE, NOON.plusSeconds(10), NOON.plusSeconds(69)))
                .isFalse();
        assertThat(note(HOME, ALICE, NOON.plusSeconds(69), NOON.plusSeconds(69)))
                .isTrue();
    }

    @Test
    void aClockSetBackAfterClosingKeepsNoLaterLoginOut() {
        note(HOME, ALICE, NOON, NOON);
        windows.close(HOME, NOON);
        Instant back = NOON.minusSeconds(3600);
        windows.sweep(back);
        assertThat(note(HOME, ALICE, back, back)).isFalse();
        assertThat(note(HOME, ALICE, back.plusSeconds(1), back.plusSeconds(1))).isTrue();
    }

    @Test
    void aClosureFromAClockThatWasAheadKeepsNoLaterLoginOut() {
        windows.restore(new RelayWindows.ClosedWindow(null, NOON.plusSeconds(3600)), NOON);
        windows.restore(new RelayWindows.ClosedWindow(HOME, NOON.plusSeconds(3600)), NOON);
        assertThat(note(HOME, ALICE, NOON, NOON)).isFalse();
        assertThat(note(HOME, ALICE, NOON.plusSeconds(1), NOON.plusSeconds(1))).isTrue();
    }

    @Test
    void whenTooManyAreClosedOldLoginsOpenNothingAtAll() {
        for (int i = 0; i < 3; i++) {
            windows.close(new IpAddress(1, i), NOON);
        }
        assertThat(windows.closedWindowsFull()).isZero();
        windows.close(new IpAddress(1, 3), NOON);
        assertThat(windows.closedWindowsFull()).isEqualTo(1);
        assertThat(note(HOME, ALICE, NOON, NOON.plusSeconds(1))).isFalse();
        assertThat(note(new IpAddress(1, 0), ALICE, NOON, NOON.plusSeconds(1))).isFalse();
        assertThat(note(HOME, ALICE, NOON.plusSeconds(1), NOON.plusSeconds(1))).isTrue();
    }

    @Test
    void whatWasClosedStaysClosedInTheNextLife() {
        windows.close(HOME, NOON);
        RelayWindows next = wide(64);
        windows.closedWindows().forEach(closedWindow -> next.restore(closedWindow, NOON));
        assertThat(next.onLogin(login(HOME, ALICE, NOON), NOON.plusSeconds(1))).isFalse();
        assertThat(next.onLogin(login(IpAddress.parse("192.0.2.8"), ALICE, NOON), NOON.plusSeconds(1)))
                .isTrue();
        next.sweep(NOON.plus(MINUTE));
        assertThat(next.closedWindows()).isEmpty();
    }

    @Test
    void whenItIsNotKnownWhatWasClosedAllIs() {
        windows.restore(new RelayWindows.ClosedWindow(null, NOON), NOON);
        assertThat(note(HOME, ALICE, NOON, NOON.plusSeconds(1))).isFalse();
        assertThat(windows.closedWindows()).containsExactly(new RelayWindows.ClosedWindow(null, NOON));
        assertThat(note(HOME, ALICE, NOON.plusSeconds(1), NOON.plusSeconds(1))).isTrue();
        windows.sweep(NOON.plus(MINUTE));
        assertThat(windows.closedWindows()).isEmpty();
    }

    @Test
    void anIpv6WindowIsForTheLoginsAddressAloneUnlessToldOtherwise() {
        IpAddress neighbour = IpAddress.parse("2001:db8::1:0:0:8");
        note(IpAddress.parse("2001:db8::7"), ALICE, NOON, NOON);
        assertThat(windows.addresses(neighbour, NOON)).isEmpty();
        RelayWindows wide = wide(64);
        wide.onLogin(login(IpAddress.parse("2001:db8::7"), ALICE, NOON), NOON);
        assertThat(wide.addresses(neighbour, NOON)).containsExactly(ALICE);
        assertThat(wide.addresses(IpAddress.parse("2001:db8:0:1::7"), NOON)).isEmpty();
        assertThat(wide.iterator(neighbour))
                .toIterable()
                .extracting(RelayWindows.OpenWindow::ip)
                .containsExactly(IpAddress.parse("2001:db8::7"));
        assertThat(wide.iterator(IpAddress.parse("2001:db8:0:1::7")).hasNext()).isFalse();
    }

    @Test
    void loginsFromOneNetworkShareAWindow() {
        RelayWindows wide = wide(64);
        wide.onLogin(login(IpAddress.parse("2001:db8::7"), ALICE, NOON), NOON);
        wide.onLogin(login(IpAddress.parse("2001:db8::8"), ALICE, NOON.plusSeconds(30)), NOON.plusSeconds(30));
        assertThat(wide.size()).isEqualTo(1);
        assertThat(wide.confirm(ALICE, NOON.plusSeconds(30)))
                .extracting(RelayWindows.OpenWindow::ip)
                .containsExactly(IpAddress.parse("2001:db8::8"));
        assertThat(wide.close(IpAddress.parse("2001:db8::9"), NOON.plusSeconds(31)))
                .isTrue();
        assertThat(wide.size()).isZero();
        assertThat(wide.onLogin(
                        login(IpAddress.parse("2001:db8::a"), ALICE, NOON.plusSeconds(31)), NOON.plusSeconds(32)))
                .isFalse();
    }

    @Test
    void ipv4IsAlwaysExactAndNeverReachedThroughIpv6() {
        RelayWindows wide = wide(48);
        wide.onLogin(login(HOME, ALICE, NOON), NOON);
        wide.onLogin(login(IpAddress.parse("::1"), BOB, NOON), NOON);
        assertThat(wide.addresses(IpAddress.parse("192.0.2.8"), NOON)).isEmpty();
        assertThat(wide.addresses(IpAddress.parse("::ffff:192.0.2.7"), NOON)).containsExactly(ALICE);
        assertThat(wide.addresses(IpAddress.parse("::2"), NOON)).containsExactly(BOB);
    }

    @Test
    void whoIsExcludedDoesNotRelayByANeighboursLoginEither() {
        RelayWindows wide = wide(64);
        wide.onLogin(login(IpAddress.parse("2001:db8::7"), ALICE, NOON), NOON);
        assertThat(wide.addresses(IpAddress.parse("2001:db8::ffff"), NOON)).isEmpty();
        assertThat(wide.onLogin(login(IpAddress.parse("2001:db8::ffff"), ALICE, NOON), NOON))
                .isFalse();
    }

    @Test
    void listsWhatIsOpen() {
        note(HOME, ALICE, NOON, NOON);
        note(HOME, BOB, NOON.plusSeconds(30), NOON.plusSeconds(30));
        assertThat(windows.iterator())
                .toIterable()
                .filteredOn(window -> windows.isOpen(window, NOON.plus(MINUTE)))
                .containsExactly(
                        new RelayWindows.OpenWindow(HOME, BOB, "imap", NOON.plusSeconds(30), NOON.plusSeconds(90)));
    }

    @Test
    void loginsWithoutRoomAreCounted() {
        for (int i = 0; i < 5; i++) {
            note(HOME, new MailAddress("user" + i + "@example.org"), NOON, NOON);
        }
        assertThat(windows.refused()).isEqualTo(2);
    }

    @Test
    void staysBoundedAndShutWhateverComes() {
        Random random = SeededRandom.random();
        RelayWindows bounded = new RelayWindows(MINUTE, List.of(), 20);
        Instant now = NOON;
        for (int i = 0; i < 50_000; i++) {
            now = now.plusMillis(random.nextInt(500));
            IpAddress ip = new IpAddress(0, random.nextInt(30));
            bounded.onLogin(login(ip, RandomValues.address(random), now.minusSeconds(random.nextInt(100) - 10)), now);
            if (random.nextInt(100) == 0) {
                bounded.sweep(now);
            }
            assertThat(bounded.size()).isBetween(0, 20);
        }
        Instant end = now.plus(MINUTE);
        for (int i = 0; i < 30; i++) {
            assertThat(bounded.addresses(new IpAddress(0, i), end)).isEmpty();
        }
        bounded.sweep(end);
        assertThat(bounded.size()).isZero();
    }

    private static RelayWindows wide(int prefix) {
        IpNetworkList excluded = IpNetworkList.of(List.of(IpNetwork.parse("2001:db8::ffff")));
        return new RelayWindows(new RelayRules(MINUTE, prefix, List.of(excluded)), 10);
    }

    private boolean note(IpAddress ip, MailAddress address, Instant told, Instant now) {
        return windows.onLogin(login(ip, address, told), now);
    }

    private static Event.Login login(IpAddress ip, MailAddress address, Instant time) {
        return new Event.Login(address, ip, "imap", time);
    }
}
