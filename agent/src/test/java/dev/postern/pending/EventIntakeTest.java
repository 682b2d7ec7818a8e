package dev.postern.pending;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.Batch;
import dev.postern.model.CounterChange;
import dev.postern.model.Event;
import dev.postern.model.IpAddress;
import dev.postern.model.MailAddress;
import dev.postern.model.MailboxChange;
import dev.postern.relay.RelayWindows;
import dev.postern.testing.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventIntakeTest {

    private static final IpAddress HOME = IpAddress.parse("192.0.2.7");
    private static final MailAddress ALICE = new MailAddress("alice@example.org");
    private static final MailAddress BOB = new MailAddress("bob@example.org");

    private final ManualTime time = new ManualTime();
    private final PendingChanges pending = new PendingChanges(2, 512, 1, time);
    private final RelayWindows windows = new RelayWindows(Duration.ofMinutes(1), List.of(), 10);
    private final EventIntake intake = new EventIntake(pending, windows, time);
    private final List<String> heard = new ArrayList<>();

    @BeforeEach
    void listen() {
        intake.onAccepted(awaited -> heard.add("arrival"));
        intake.listen(new EventIntake.DurabilityListener() {
            @Override
            public void durable(long upTo) {
                heard.add("settled " + upTo);
            }

            @Override
            public void stalled() {
                heard.add("stalled");
            }
        });
    }

    @Test
    void aLoginGoesIntoTheLedgerAndTheWindows() {
        assertThat(intake.accept(login(ALICE))).isEqualTo(1);
        assertThat(pending.unconfirmed(ALICE)).isEqualTo(login(ALICE).change());
        assertThat(windows.addresses(HOME, time.instant())).containsExactly(ALICE);
        assertThat(heard).containsExactly("arrival");
    }

    @Test
    void aFigureOpensNoWindow() {
        intake.accept(new Event.QuotaUpdate(ALICE, CounterChange.set(1L), CounterChange.set(2L)));
        assertThat(pending.unconfirmed(ALICE))
                .isEqualTo(new MailboxChange(null, null, CounterChange.set(1L), CounterChange.set(2L)));
        assertThat(windows.size()).isZero();
    }

    @Test
    void aRefusedEventHasNoEffectAtAll() {
        intake.accept(new Event.QuotaUpdate(ALICE, CounterChange.set(1L), CounterChange.set(2L)));
        intake.accept(new Event.QuotaUpdate(
                new MailAddress("carol@example.org"), CounterChange.set(1L), CounterChange.set(2L)));
        heard.clear();
        assertThat(intake.accept(login(BOB))).isEqualTo(EventIntake.REFUSED);
        assertThat(pending.unconfirmed(BOB)).isNull();
        assertThat(windows.size()).isZero();
        assertThat(heard).isEmpty();
        assertThat(intake.refused()).isEqualTo(1);
    }

    @Test
    void listenersHearHowFarMysqlHasGot() {
        intake.accept(login(ALICE));
        pending.poll();
        intake.accept(login(ALICE));
        pending.confirm();
        intake.flushed();
        assertThat(heard).containsExactly("arrival", "arrival", "settled 1");
    }

    @Test
    void stallingIsToldOnceAndEndsWithABatchThatGotThrough() {
        intake.databaseUnavailable();
        intake.databaseUnavailable();
        assertThat(intake.isStalled()).isTrue();
        intake.flushed();
        assertThat(intake.isStalled()).isFalse();
        intake.databaseUnavailable();
        intake.databaseAvailable();
        assertThat(intake.isStalled()).isFalse();
        assertThat(heard).containsExactly("stalled", "settled 0", "stalled");
    }

    @Test
    void whileStalledEventsAreKept() {
        intake.databaseUnavailable();
        assertThat(intake.accept(login(ALICE))).isEqualTo(1);
        assertThat(windows.addresses(HOME, time.instant())).containsExactly(ALICE);
    }

    @Test
    void aLoginOfAnEarlierLifeOpensItsWindowForTheRestOfItsTime() {
        Instant login = time.instant().minusSeconds(59);
        intake.restore(new Batch(0, List.of(new Batch.RowChange(ALICE, new MailboxChange(HOME, login, null, null)))));
        assertThat(pending.size()).isEqualTo(1);
        assertThat(windows.addresses(HOME, time.instant())).containsExactly(ALICE);
        time.advance(Duration.ofSeconds(1));
        assertThat(windows.addresses(HOME, time.instant())).isEmpty();
    }

    @Test
    void aLoginFromAClockThatWasAheadOpensNoWindowAgain() {
        Instant ahead = time.instant().plusSeconds(3600);
        intake.restore(new Batch(0, List.of(new Batch.RowChange(ALICE, new MailboxChange(HOME, ahead, null, null)))));
        assertThat(pending.size()).isEqualTo(1);
        assertThat(windows.addresses(HOME, time.instant())).isEmpty();
        time.advance(Duration.ofHours(1));
        assertThat(windows.addresses(HOME, time.instant())).isEmpty();
    }

    @Test
    void aLoginFromAClockThatDiffersALittleOpensItsWindow() {
        Instant ahead = time.instant().plusSeconds(5);
        intake.restore(new Batch(0, List.of(new Batch.RowChange(ALICE, new MailboxChange(HOME, ahead, null, null)))));
        assertThat(windows.addresses(HOME, time.instant())).containsExactly(ALICE);
    }

    private Event login(MailAddress address) {
        return new Event.Login(address, HOME, "imap", time.instant());
    }

    @Test
    void nothingWaitsForASecondWhenNeitherAnswersNorFails() {
        intake.answerInTime(time);
        intake.journaled(0);
        heard.clear();
        intake.accept(login(ALICE));
        pass(Duration.ofMillis(600));
        assertThat(heard).containsExactly("arrival");
        pass(Duration.ofMillis(300));
        assertThat(heard).contains("stalled").doesNotContain("settled 1");
        assertThat(intake.isStalled()).isTrue();
        intake.journaled(1);
        assertThat(intake.isStalled()).isFalse();
        assertThat(heard).endsWith("settled 1");
    }

    @Test
    void withoutAJournalASilentDatabaseIsNotWaitedForEither() {
        intake.answerInTime(time);
        intake.accept(login(ALICE));
        pass(Duration.ofMillis(900));
        assertThat(heard).contains("stalled");
        assertThat(pending.poll()).isNotNull();
        pending.confirm();
        intake.flushed();
        assertThat(intake.isStalled()).isFalse();
        pass(Duration.ofSeconds(1));
        assertThat(time.timers()).isZero();
    }

    @Test
    void theJournalsWordIsEnoughOnceTheDatabaseIsSilent() {
        intake.answerInTime(time);
        intake.accept(login(ALICE));
        intake.journaled(1);
        assertThat(intake.isDatabaseSilent()).isFalse();
        pass(Duration.ofMillis(900));
        assertThat(intake.isDatabaseSilent()).isTrue();
        assertThat(intake.isStalled()).isFalse();
        assertThat(heard).endsWith("settled 1").doesNotContain("stalled");
    }

    private void pass(Duration duration) {
        for (Duration gone = Duration.ZERO; gone.compareTo(duration) < 0; gone = gone.plusMillis(50)) {
            time.advance(Duration.ofMillis(50));
        }
    }
}
