package dev.postern.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailbox.FakeMailboxSource;
import dev.postern.mailbox.MailboxView;
import dev.postern.model.Event;
import dev.postern.model.IpAddress;
import dev.postern.model.IpNetwork;
import dev.postern.model.LookupResult;
import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.model.MailboxRows;
import dev.postern.pending.EventIntake;
import dev.postern.pending.PendingChanges;
import dev.postern.testing.CapturedLog;
import dev.postern.testing.ManualTime;
import dev.postern.testing.SeededRandom;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelayLookupTest {

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final Duration CACHE_TIME = Duration.ofSeconds(20);
    private static final LookupResult OPEN = new LookupResult.Found("OK");

    private final ManualTime time = new ManualTime();
    private final FakeMailboxSource source = new FakeMailboxSource();
    private final PendingChanges pending = new PendingChanges(1000, 512, 1, time);
    private final RelayWindows windows =
            new RelayWindows(WINDOW, List.of(IpNetwork.parse("127.0.0.0/8"), IpNetwork.parse("198.51.100.0/24")), 1000);
    private final EventIntake intake = new EventIntake(pending, windows, time);
    private final MailboxView view =
            new MailboxView(pending, source, 100, CACHE_TIME, time, time, new SimpleMeterRegistry());
    private final RelayLookup relay = new RelayLookup(view, windows, time);

    @BeforeEach
    void fill() {
        source.put(mailbox("alice@example.org", true));
        source.put(mailbox("bob@example.org", true));
        source.put(mailbox("closed@example.org", false));
    }

    @Test
    void opensForOneMinuteAfterALogin() {
        relay.loaded();
        assertThat(answer("192.0.2.7")).isEqualTo(LookupResult.MISSING);
        login("alice@example.org", "192.0.2.7");
        assertThat(answer("192.0.2.7")).isEqualTo(OPEN);
        assertThat(answer("192.0.2.8")).isEqualTo(LookupResult.MISSING);
        time.advance(WINDOW.minusMillis(1));
        assertThat(answer("192.0.2.7")).isEqualTo(OPEN);
        time.advance(Duration.ofMillis(1));
        assertThat(answer("192.0.2.7")).isEqualTo(LookupResult.MISSING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2001:db8::7", "2001:DB8:0:0:0:0:0:7", "2001:0db8::0007"})
    void addressesAreComparedAsNumbers(String key) {
        relay.loaded();
        login("alice@example.org", "2001:db8::7");
        assertThat(answer(key)).isEqualTo(OPEN);
    }

    @Test
    void mappedAddressesAreIpv4() {
        relay.loaded();
        login("alice@example.org", "::ffff:192.0.2.7");
        assertThat(answer("192.0.2.7")).isEqualTo(OPEN);
        assertThat(answer("::ffff:c000:207")).isEqualTo(OPEN);
    }

    @Test
    void onlyExistingActiveMailboxesAndNoExcludedNetworks() {
        relay.loaded();
        login("nobody@example.org", "192.0.2.1");
        login("closed@example.org", "192.0.2.2");
        login("alice@example.org", "198.51.100.9");
        login("alice@example.org", "127.0.0.1");
        for (String ip : List.of("192.0.2.1", "192.0.2.2", "198.51.100.9", "127.0.0.1")) {
            assertThat(answer(ip)).isEqualTo(LookupResult.MISSING);
        }
    }

    @Test
    void oneActiveHolderOfAnIpIsEnough() {
        relay.loaded();
        login("nobody@example.org", "192.0.2.1");
        login("closed@example.org", "192.0.2.1");
        login("bob@example.org", "192.0.2.1");
        assertThat(answer("192.0.2.1")).isEqualTo(OPEN);
    }

    @Test
    void holdersAreReadInOneQuery() {
        relay.loaded();
        for (int i = 0; i < 20; i++) {
            login("user" + i + "@example.org", "192.0.2.1");
        }
        source.bufferedBytes = true;
        Future<LookupResult> answer = relay.answer("192.0.2.1");
        source.answerOne();
        source.answerOne();
        assertThat(answer.result()).isEqualTo(LookupResult.MISSING);
    }

    @Test
    void aWindowThatRunsOutWhileItsHolderIsReadIsShut() {
        relay.loaded();
        login("alice@example.org", "192.0.2.7");
        time.advance(WINDOW.minusMillis(500));
        source.bufferedBytes = true;
        Future<LookupResult> answer = relay.answer("192.0.2.7");
        time.advance(Duration.ofMillis(500));
        source.answerOne();
        assertThat(answer.result()).isEqualTo(LookupResult.MISSING);
    }

    @Test
    void beforeTheWindowsAreReadBackOnlyANewLoginIsSure() {
        assertThat(answer("192.0.2.7")).isEqualTo(new LookupResult.TempFail("starting"));
        login("alice@example.org", "192.0.2.7");
        assertThat(answer("192.0.2.7")).isEqualTo(OPEN);
        assertThat(answer("mail.example.org")).isEqualTo(LookupResult.MISSING);
        relay.loaded();
        assertThat(answer("192.0.2.8")).isEqualTo(LookupResult.MISSING);
    }

    @Test
    void withoutTheDatabaseOnlyAKnownMailboxIsSure() {
        relay.loaded();
        login("alice@example.org", "192.0.2.7");
        answer("192.0.2.7");
        source.down = true;
        login("bob@example.org", "192.0.2.8");
        assertThat(answer("192.0.2.7")).isEqualTo(OPEN);
        assertThat(answer("192.0.2.8")).isInstanceOf(LookupResult.TempFail.class);
        assertThat(answer("192.0.2.9")).isEqualTo(LookupResult.MISSING);
    }

    @Test
    void aLoginThatClaimsTheFutureOpensNoLongerThanAnother() {
        relay.loaded();
        intake.accept(new Event.Login(
                new MailAddress("alice@example.org"),
                IpAddress.parse("192.0.2.7"),
                "imap",
                time.instant().plusSeconds(3600)));
        assertThat(answer("192.0.2.7")).isEqualTo(OPEN);
        time.advance(WINDOW);
        assertThat(answer("192.0.2.7")).isEqualTo(LookupResult.MISSING);
    }

    @Test
    void everyWindowIsOneLineOnceItsMailboxIsKnownToBeActive() {
        relay.loaded();
        try (CapturedLog lines = CapturedLog.of(RelayLookup.class)) {
            login("alice@example.org", "192.0.2.7");
            login("nobody@example.org", "192.0.2.7");
            login("closed@example.org", "192.0.2.7");
            assertThat(lines.take()).isEmpty();
            readBack("alice@example.org", "nobody@example.org", "closed@example.org");
            assertThat(lines.take())
                    .containsExactly("relay window opened user=alice@example.org rip=192.0.2.7 service=pop3 until="
                            + time.instant().plus(WINDOW));
            time.advance(Duration.ofSeconds(10));
            login("alice@example.org", "192.0.2.7");
            readBack("alice@example.org");
            assertThat(answer("192.0.2.7")).isEqualTo(OPEN);
            assertThat(lines.take()).isEmpty();
            time.advance(WINDOW);
            login("alice@example.org", "192.0.2.7");
            readBack("alice@example.org");
            assertThat(lines.take()).hasSize(1);
        }
    }

    @Test
    void aWindowThatOpensBeforeTheDatabaseHasItsLoginIsALineAtOnce() {
        intake.onWindow(relay::loggedIn);
        relay.loaded();
        view.find(new MailAddress("alice@example.org"));
        source.down = true;
        try (CapturedLog lines = CapturedLog.of(RelayLookup.class)) {
            login("alice@example.org", "192.0.2.7");
            login("alice@example.org", "192.0.2.7");
            login("bob@example.org", "192.0.2.8");
            assertThat(lines.take())
                    .containsExactly("relay window opened user=alice@example.org rip=192.0.2.7 service=pop3 until="
                            + time.instant().plus(WINDOW) + " pending=true");
            source.put(mailbox("alice@example.org", false));
            readBack("alice@example.org", "bob@example.org");
            assertThat(lines.take())
                    .containsExactly(
                            "relay window not confirmed user=alice@example.org reason=no active mailbox",
                            "relay window opened user=bob@example.org rip=192.0.2.8 service=pop3 until="
                                    + time.instant().plus(WINDOW));
        }
    }

    @Test
    void nobodyMayRelayWithoutALine() {
        relay.loaded();
        try (CapturedLog lines = CapturedLog.of(RelayLookup.class)) {
            login("alice@example.org", "192.0.2.7");
            assertThat(answer("192.0.2.7")).isEqualTo(OPEN);
            assertThat(lines.take()).hasSize(1);
            readBack("alice@example.org");
            assertThat(lines.take()).isEmpty();
        }
    }

    @Test
    void whatOnceIsNoActiveMailboxOpensNothingWithoutBeingAskedForAgain() {
        relay.loaded();
        login("closed@example.org", "192.0.2.7");
        readBack("closed@example.org");
        assertThat(windows.size()).isZero();
        assertThat(answer("192.0.2.7")).isEqualTo(LookupResult.MISSING);
        assertThat(source.queries).isEmpty();
    }

    @Test
    void disablingAMailboxClosesItsWindowWithinTheCacheTimeForGood() {
        relay.loaded();
        login("alice@example.org", "192.0.2.7");
        readBack("alice@example.org");
        source.put(mailbox("alice@example.org", false));
        time.advance(CACHE_TIME);
        assertThat(answer("192.0.2.7")).isEqualTo(LookupResult.MISSING);
        source.put(mailbox("alice@example.org", true));
        time.advance(CACHE_TIME);
        assertThat(answer("192.0.2.7")).isEqualTo(LookupResult.MISSING);
        login("alice@example.org", "192.0.2.7");
        assertThat(answer("192.0.2.7")).isEqualTo(OPEN);
    }

    @Test
    void aMailboxThatIsNewerThanWhatIsKnownOpensItsWindow() {
        relay.loaded();
        login("new@example.org", "192.0.2.7");
        assertThat(answer("192.0.2.7")).isEqualTo(LookupResult.MISSING);
        source.put(mailbox("new@example.org", true));
        readBack("new@example.org");
        assertThat(answer("192.0.2.7")).isEqualTo(OPEN);
    }

    /** No sequence of keys, names, parts of addresses and garbage opens the relay without a login that may. */
    @Test
    void neverOpensWithoutALoginOfAnActiveMailboxWithinTheWindow() {
        Random random = SeededRandom.random();
        Map<IpAddress, Instant> rightful = new HashMap<>();
        String[] users = {"alice@example.org", "bob@example.org", "closed@example.org", "nobody@example.org"};
        int open = 0;
        for (int step = 0; step < 20_000; step++) {
            if (step == 1000) {
                relay.loaded();
            }
            if (random.nextInt(6) == 0) {
                String user = users[random.nextInt(users.length)];
                IpAddress ip = IpAddress.parse(ip(random));
                Instant when = time.instant().minusSeconds(random.nextInt(90) - 10);
                intake.accept(new Event.Login(new MailAddress(user), ip, "imap", when));
                if (user.startsWith("alice") || user.startsWith("bob")) {
                    rightful.merge(ip, when, (old, now) -> old.isAfter(now) ? old : now);
                }
            }
            time.advance(Duration.ofMillis(random.nextInt(4000)));
            source.down = random.nextInt(20) == 0;
            String key = key(random);
            if (answer(key) instanceof LookupResult.Found) {
                open++;
                Instant login = rightful.get(IpAddress.parse(key));
                assertThat(login).as(key).isNotNull();
                assertThat(login.plus(WINDOW)).as(key).isAfter(time.instant());
                assertThat(key).doesNotStartWith("127.").doesNotStartWith("198.51.100.");
            }
        }
        assertThat(open).isPositive();
    }

    private static String ip(Random random) {
        String[] prefixes = {"192.0.2.", "2001:db8::", "127.0.0.", "198.51.100.", "::ffff:192.0.2."};
        return prefixes[random.nextInt(prefixes.length)] + random.nextInt(8);
    }

    private static String key(Random random) {
        String ip = ip(random);
        return switch (random.nextInt(12)) {
            case 0 -> ip.substring(0, random.nextInt(ip.length()));
            case 1 -> ip.substring(random.nextInt(ip.length()));
            case 2 -> ip + ".example.org";
            case 3 -> " " + ip;
            case 4 -> ip + "/32";
            case 5 -> "[" + ip + "]";
            case 6 -> new String(new char[] {(char) random.nextInt(0x3000), (char) random.nextInt(0x3000)});
            case 7 -> ip.replace('.', '\u3002');
            case 8 -> "mail.example.org";
            default -> ip;
        };
    }

    private void login(String user, String ip) {
        intake.accept(new Event.Login(new MailAddress(user), IpAddress.parse(ip), "pop3", time.instant()));
    }

    /** What the flusher does once it has written. */
    private void readBack(String... users) {
        List<MailAddress> asked = Stream.of(users).map(MailAddress::new).toList();
        MailboxRows rows = source.rows(asked);
        view.refreshed(asked, rows);
        relay.refreshed(asked, rows);
    }

    private LookupResult answer(String key) {
        Future<LookupResult> answer = relay.answer(key);
        assertThat(answer.succeeded()).isTrue();
        return answer.result();
    }

    private static Mailbox mailbox(String email, boolean active) {
        return new Mailbox(new MailAddress(email), active, null, null, null, null, 0, 0);
    }
}
