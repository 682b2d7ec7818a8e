package dev.postern.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.postern.mailbox.Directory;
import dev.postern.mailbox.FakeSource;
import dev.postern.model.Address;
import dev.postern.model.Answer;
import dev.postern.model.Event;
import dev.postern.model.Ip;
import dev.postern.model.Mailbox;
import dev.postern.pending.Ledger;
import dev.postern.testing.LogLines;
import dev.postern.testing.ManualTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RelayControlTest {

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final Ip HOME = Ip.parse("192.0.2.7");

    private final ManualTime time = new ManualTime();
    private final FakeSource source = new FakeSource();
    private final RelayWindows windows = new RelayWindows(WINDOW, List.of(), 10_000);
    private final Directory directory = new Directory(
            new Ledger(10, 512, 1, time), source, 5000, Duration.ofSeconds(10), time, time, new SimpleMeterRegistry());
    private final RelayLookup relay = new RelayLookup(directory, windows, time);
    private final RelayControl control =
            new RelayControl(directory, windows, time, closures -> Future.succeededFuture());

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
        login("nobody@example.org", Ip.parse("192.0.2.8"));
        time.advance(Duration.ofSeconds(1));
        login("bob@example.org", HOME);
        assertThat(control.open().result())
                .extracting(RelayWindows.Open::user, RelayWindows.Open::ip, RelayWindows.Open::until)
                .containsExactly(
                        tuple(
                                new Address("bob@example.org"),
                                HOME,
                                time.instant().plus(WINDOW)),
                        tuple(
                                new Address("alice@example.org"),
                                HOME,
                                time.instant().plus(WINDOW).minusSeconds(1)));
    }

    @Test
    void aMailboxThatHasBeenDisabledIsGoneWithinTheCacheTime() {
        login("alice@example.org", HOME);
        assertThat(control.open().result()).hasSize(1);
        source.put(mailbox("alice@example.org", false));
        time.advance(Duration.ofSeconds(10));
        assertThat(control.open().result()).isEmpty();
    }

    @Test
    void withoutTheDatabaseItSaysWhatIsKnown() {
        login("alice@example.org", HOME);
        control.open();
        source.down = true;
        login("bob@example.org", Ip.parse("192.0.2.8"));
        time.advance(Duration.ofSeconds(30));
        assertThat(control.open().result())
                .extracting(RelayWindows.Open::user)
                .containsExactly(new Address("alice@example.org"));
    }

    @Test
    void aLongListAsksForSomeMailboxesOnly() {
        for (int i = 0; i < RelayControl.MOST_READ + 100; i++) {
            source.put(mailbox("m" + i + "@example.org", true));
            login("m" + i + "@example.org", HOME);
        }
        assertThat(control.open().result()).hasSize(RelayControl.MOST_READ);
        assertThat(source.queries.stream()
                        .mapToInt(query -> query.addresses().size())
                        .sum())
                .isEqualTo(RelayControl.MOST_READ);
    }

    @Test
    void closingShutsTheRelayAtOnceAndSaysSo() {
        login("alice@example.org", HOME);
        assertThat(relay.answer("192.0.2.7").result()).isEqualTo(new Answer.Found("OK"));
        try (LogLines lines = LogLines.of(RelayControl.class)) {
            assertThat(control.close(HOME).result()).isTrue();
            assertThat(lines.take()).containsExactly("relay window closed rip=192.0.2.7 open=true");
        }
        assertThat(relay.answer("192.0.2.7").result()).isEqualTo(Answer.MISSING);
        assertThat(control.open().result()).isEmpty();
        assertThat(control.close(HOME).result()).isFalse();
        time.advance(Duration.ofSeconds(1));
        login("alice@example.org", HOME);
        assertThat(relay.answer("192.0.2.7").result()).isEqualTo(new Answer.Found("OK"));
    }

    @Test
    void aWindowThatIsClosedWhileItsHolderIsReadIsShut() {
        login("alice@example.org", HOME);
        source.held = true;
        Future<Answer> answer = relay.answer("192.0.2.7");
        control.close(HOME);
        source.answerOne();
        assertThat(answer.result()).isEqualTo(Answer.MISSING);
    }

    @Test
    void loginsWithoutRoomAreOneLineASweep() {
        RelayWindows few = new RelayWindows(WINDOW, List.of(), 1);
        RelayControl cramped = new RelayControl(directory, few, time, closures -> Future.succeededFuture());
        try (LogLines lines = LogLines.of(RelayControl.class)) {
            for (int i = 0; i < 5; i++) {
                few.note(
                        new Event.Login(new Address("m" + i + "@example.org"), HOME, "imap", time.instant()),
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

    private void login(String user, Ip ip) {
        windows.note(new Event.Login(new Address(user), ip, "imap", time.instant()), time.instant());
    }

    private static Mailbox mailbox(String email, boolean active) {
        return new Mailbox(new Address(email), active, null, null, null, null, 0, 0);
    }
}
