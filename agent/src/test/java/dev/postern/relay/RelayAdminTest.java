package dev.postern.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.postern.mailbox.FakeMailboxSource;
import dev.postern.mailbox.MailboxView;
import dev.postern.mailbox.SliceRunner;
import dev.postern.model.Event;
import dev.postern.model.IpAddress;
import dev.postern.model.LookupResult;
import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.pending.PendingChanges;
import dev.postern.testing.CapturedLog;
import dev.postern.testing.ManualTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RelayAdminTest {

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final IpAddress HOME = IpAddress.parse("192.0.2.7");

    private final ManualTime time = new ManualTime();
    private final FakeMailboxSource source = new FakeMailboxSource();
    private final RelayWindows windows = new RelayWindows(WINDOW, List.of(), 10_000);
    private final MailboxView view = new MailboxView(
            new PendingChanges(10, 512, 1, time),
            source,
            5000,
            Duration.ofSeconds(10),
            time,
            time,
            new SimpleMeterRegistry());
    private final RelayLookup relay = new RelayLookup(view, windows, time);
    private final RelayAdmin relayAdmin =
            new RelayAdmin(view, windows, time, time, closures -> Future.succeededFuture());

    @BeforeEach
    void fill() {
        relay.loaded();
        source.put(mailbox("alice@example.org", true));
        source.put(mailbox("bob@example.org", true));
        source.put(mailbox("closed@example.org", false));
    }

    @Test
    void listsWhatALookupFindsOpenTheLastToEndFirst() {
        login("alice@example.org", HOME);
        login("closed@example.org", HOME);
        login("nobody@example.org", IpAddress.parse("192.0.2.8"));
        time.advance(Duration.ofSeconds(1));
        login("bob@example.org", HOME);
        assertThat(open())
                .extracting(
                        RelayWindows.OpenWindow::address, RelayWindows.OpenWindow::ip, RelayWindows.OpenWindow::until)
                .containsExactly(
                        tuple(
                                new MailAddress("bob@example.org"),
                                HOME,
                                time.instant().plus(WINDOW)),
                        tuple(
                                new MailAddress("alice@example.org"),
                                HOME,
                                time.instant().plus(WINDOW).minusSeconds(1)));
    }

    @Test
    void aMailboxThatHasBeenDisabledIsGoneWithinTheCacheTime() {
        login("alice@example.org", HOME);
        assertThat(open()).hasSize(1);
        source.put(mailbox("alice@example.org", false));
        time.advance(Duration.ofSeconds(10));
        assertThat(open()).isEmpty();
    }

    @Test
    void withoutTheDatabaseItSaysWhatIsKnown() {
        login("alice@example.org", HOME);
        open();
        source.down = true;
        login("bob@example.org", IpAddress.parse("192.0.2.8"));
        time.advance(Duration.ofSeconds(30));
        assertThat(open())
                .extracting(RelayWindows.OpenWindow::address)
                .containsExactly(new MailAddress("alice@example.org"));
    }

    @Test
    void aLongListAsksForSomeMailboxesOnly() {
        for (int i = 0; i < OpenWindowsReader.MOST_READ + 100; i++) {
            source.put(mailbox("m" + i + "@example.org", true));
            login("m" + i + "@example.org", HOME);
        }
        assertThat(open()).hasSize(OpenWindowsReader.MOST_READ);
        assertThat(source.queries.stream()
                        .mapToInt(query -> query.addresses().size())
                        .sum())
                .isEqualTo(OpenWindowsReader.MOST_READ);
    }

    @Test
    void aLongListIsGatheredInSlicesWithOtherWorkInBetween() {
        int many = 10 * SliceRunner.SIZE;
        for (int i = 0; i < many; i++) {
            MailAddress address = new MailAddress("m" + i + "@example.org");
            windows.onLogin(new Event.Login(address, new IpAddress(0, i), "imap", time.instant()), time.instant());
            source.put(mailbox(address.value(), true));
            view.find(address);
        }
        AtomicInteger asked = new AtomicInteger();
        Future<OpenWindows> list = relayAdmin.open(address -> asked.incrementAndGet() > 0);
        int slices = 0;
        for (int before = 0; !list.isComplete(); slices++) {
            assertThat(asked.get() - before).isLessThanOrEqualTo(SliceRunner.SIZE);
            before = asked.get();
            assertThat(relay.answer("0.0.0.1").isComplete()).isTrue();
            time.advance(SliceRunner.PAUSE);
        }
        assertThat(slices).isGreaterThanOrEqualTo(many / SliceRunner.SIZE - 1);
        int listed = 0;
        while (list.result().hasNext()) {
            List<RelayWindows.OpenWindow> part = list.result().next();
            assertThat(part).hasSizeLessThanOrEqualTo(SliceRunner.SIZE);
            listed += part.size();
        }
        assertThat(listed).isEqualTo(many);
    }

    @Test
    void whatOpensAndClosesWhileAListIsGatheredBreaksNothing() {
        for (int i = 0; i < 3 * SliceRunner.SIZE; i++) {
            source.put(mailbox("m" + i + "@example.org", true));
            login("m" + i + "@example.org", new IpAddress(0, i));
            view.find(new MailAddress("m" + i + "@example.org"));
        }
        Future<OpenWindows> list = relayAdmin.open(address -> true);
        for (int i = 0; i < SliceRunner.SIZE; i++) {
            relayAdmin.close(new IpAddress(0, 2L * i));
            login("late" + i + "@example.org", new IpAddress(1, i));
        }
        List<RelayWindows.OpenWindow> open = all(list);
        assertThat(open)
                .doesNotHaveDuplicates()
                .allMatch(window -> windows.isOpen(window, time.instant()))
                .filteredOn(window -> window.address().value().startsWith("m"))
                .hasSize(2 * SliceRunner.SIZE);
    }

    @Test
    void nothingIsReadOfMailboxesThatAreNotWanted() {
        login("alice@example.org", HOME);
        login("bob@example.org", HOME);
        assertThat(all(relayAdmin.open(address -> address.value().startsWith("bob"))))
                .extracting(RelayWindows.OpenWindow::address)
                .containsExactly(new MailAddress("bob@example.org"));
        assertThat(source.queries)
                .singleElement()
                .satisfies(query -> assertThat(query.addresses()).containsExactly(new MailAddress("bob@example.org")));
    }

    @Test
    void whatClosingOneAddressWouldCloseIsKnownBefore() {
        RelayWindows wide = new RelayWindows(new RelayRules(WINDOW, 64, List.of()), 10);
        RelayAdmin relayAdmin = new RelayAdmin(view, wide, time, time, closures -> Future.succeededFuture());
        wide.onLogin(
                new Event.Login(
                        new MailAddress("alice@example.org"), IpAddress.parse("2001:db8::7"), "imap", time.instant()),
                time.instant());
        wide.onLogin(
                new Event.Login(
                        new MailAddress("bob@example.org"), IpAddress.parse("2001:db8::8"), "imap", time.instant()),
                time.instant());
        assertThat(all(relayAdmin.openTo(IpAddress.parse("2001:db8::8"))))
                .extracting(RelayWindows.OpenWindow::address)
                .containsExactlyInAnyOrder(new MailAddress("alice@example.org"), new MailAddress("bob@example.org"));
        assertThat(all(relayAdmin.openTo(IpAddress.parse("2001:db8:0:1::8")))).isEmpty();
    }

    @Test
    void closingShutsTheRelayAtOnceAndSaysSo() {
        login("alice@example.org", HOME);
        assertThat(relay.answer("192.0.2.7").result()).isEqualTo(new LookupResult.Found("OK"));
        try (CapturedLog lines = CapturedLog.of(RelayAdmin.class)) {
            assertThat(relayAdmin.close(HOME).result()).isTrue();
            assertThat(lines.take()).containsExactly("relay window closed rip=192.0.2.7 open=true");
        }
        assertThat(relay.answer("192.0.2.7").result()).isEqualTo(LookupResult.MISSING);
        assertThat(open()).isEmpty();
        assertThat(relayAdmin.close(HOME).result()).isFalse();
        time.advance(Duration.ofSeconds(1));
        login("alice@example.org", HOME);
        assertThat(relay.answer("192.0.2.7").result()).isEqualTo(new LookupResult.Found("OK"));
    }

    @Test
    void aWindowThatIsClosedWhileItsHolderIsReadIsShut() {
        login("alice@example.org", HOME);
        source.bufferedBytes = true;
        Future<LookupResult> answer = relay.answer("192.0.2.7");
        relayAdmin.close(HOME);
        source.answerOne();
        assertThat(answer.result()).isEqualTo(LookupResult.MISSING);
    }

    @Test
    void loginsWithoutRoomAreOneLineASweep() {
        RelayWindows few = new RelayWindows(WINDOW, List.of(), 1);
        RelayAdmin cramped = new RelayAdmin(view, few, time, time, closures -> Future.succeededFuture());
        try (CapturedLog lines = CapturedLog.of(RelayAdmin.class)) {
            for (int i = 0; i < 5; i++) {
                few.onLogin(
                        new Event.Login(new MailAddress("m" + i + "@example.org"), HOME, "imap", time.instant()),
                        time.instant());
            }
            cramped.sweep();
            cramped.sweep();
            assertThat(lines.take()).containsExactly("relay windows full: limits.relay_windows logins=4");
        }
        time.advance(WINDOW);
        cramped.sweep();
        assertThat(few.size()).isZero();
    }

    private List<RelayWindows.OpenWindow> open() {
        return all(relayAdmin.open(address -> true));
    }

    private List<RelayWindows.OpenWindow> all(Future<OpenWindows> list) {
        while (!list.isComplete()) {
            time.advance(SliceRunner.PAUSE);
        }
        List<RelayWindows.OpenWindow> all = new ArrayList<>();
        while (list.result().hasNext()) {
            all.addAll(list.result().next());
        }
        return all;
    }

    private void login(String user, IpAddress ip) {
        windows.onLogin(new Event.Login(new MailAddress(user), ip, "imap", time.instant()), time.instant());
    }

    private static Mailbox mailbox(String email, boolean active) {
        return new Mailbox(new MailAddress(email), active, null, null, null, null, 0, 0);
    }
}
