package dev.postern.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.postern.mailbox.FakeMailboxSource;
import dev.postern.mailbox.MailboxView;
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
import java.util.List;
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
    private final RelayAdmin relayAdmin = new RelayAdmin(view, windows, time, closures -> Future.succeededFuture());

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
        assertThat(relayAdmin.open().result())
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
        assertThat(relayAdmin.open().result()).hasSize(1);
        source.put(mailbox("alice@example.org", false));
        time.advance(Duration.ofSeconds(10));
        assertThat(relayAdmin.open().result()).isEmpty();
    }

    @Test
    void withoutTheDatabaseItSaysWhatIsKnown() {
        login("alice@example.org", HOME);
        relayAdmin.open();
        source.down = true;
        login("bob@example.org", IpAddress.parse("192.0.2.8"));
        time.advance(Duration.ofSeconds(30));
        assertThat(relayAdmin.open().result())
                .extracting(RelayWindows.OpenWindow::address)
                .containsExactly(new MailAddress("alice@example.org"));
    }

    @Test
    void aLongListAsksForSomeMailboxesOnly() {
        for (int i = 0; i < RelayAdmin.MAX_READ + 100; i++) {
            source.put(mailbox("m" + i + "@example.org", true));
            login("m" + i + "@example.org", HOME);
        }
        assertThat(relayAdmin.open().result()).hasSize(RelayAdmin.MAX_READ);
        assertThat(source.queries.stream()
                        .mapToInt(query -> query.addresses().size())
                        .sum())
                .isEqualTo(RelayAdmin.MAX_READ);
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
        assertThat(relayAdmin.open().result()).isEmpty();
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
        RelayAdmin cramped = new RelayAdmin(view, few, time, closures -> Future.succeededFuture());
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

    private void login(String user, IpAddress ip) {
        windows.onLogin(new Event.Login(new MailAddress(user), ip, "imap", time.instant()), time.instant());
    }

    private static Mailbox mailbox(String email, boolean active) {
        return new Mailbox(new MailAddress(email), active, null, null, null, null, 0, 0);
    }
}
