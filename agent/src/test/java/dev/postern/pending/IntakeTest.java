package dev.postern.pending;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.Address;
import dev.postern.model.Batch;
import dev.postern.model.Change;
import dev.postern.model.Event;
import dev.postern.model.Figure;
import dev.postern.model.Ip;
import dev.postern.relay.RelayWindows;
import dev.postern.testing.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IntakeTest {

    private static final Ip HOME = Ip.parse("192.0.2.7");
    private static final Address ALICE = new Address("alice@example.org");
    private static final Address BOB = new Address("bob@example.org");

    private final ManualTime time = new ManualTime();
    private final Ledger ledger = new Ledger(2, 512, 1, time);
    private final RelayWindows windows = new RelayWindows(Duration.ofMinutes(1), List.of(), 10);
    private final Intake intake = new Intake(ledger, windows, time);
    private final List<String> heard = new ArrayList<>();

    @BeforeEach
    void listen() {
        intake.onArrival(awaited -> heard.add("arrival"));
        intake.listen(new Intake.Listener() {
            @Override
            public void settled(long upTo) {
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
        assertThat(ledger.unsettled(ALICE)).isEqualTo(login(ALICE).change());
        assertThat(windows.holders(HOME, time.instant())).containsExactly(ALICE);
        assertThat(heard).containsExactly("arrival");
    }

    @Test
    void aFigureOpensNoWindow() {
        intake.accept(new Event.Quota(ALICE, Figure.set(1L), Figure.set(2L)));
        assertThat(ledger.unsettled(ALICE)).isEqualTo(new Change(null, null, Figure.set(1L), Figure.set(2L)));
        assertThat(windows.size()).isZero();
    }

    @Test
    void aRefusedEventHasNoEffectAtAll() {
        intake.accept(new Event.Quota(ALICE, Figure.set(1L), Figure.set(2L)));
        intake.accept(new Event.Quota(new Address("carol@example.org"), Figure.set(1L), Figure.set(2L)));
        heard.clear();
        assertThat(intake.accept(login(BOB))).isEqualTo(Intake.REFUSED);
        assertThat(ledger.unsettled(BOB)).isNull();
        assertThat(windows.size()).isZero();
        assertThat(heard).isEmpty();
        assertThat(intake.refused()).isEqualTo(1);
    }

    @Test
    void listenersHearHowFarMysqlHasGot() {
        intake.accept(login(ALICE));
        ledger.take();
        intake.accept(login(ALICE));
        ledger.confirm();
        intake.flushed();
        assertThat(heard).containsExactly("arrival", "arrival", "settled 1");
    }

    @Test
    void stallingIsToldOnceAndEndsWithABatchThatGotThrough() {
        intake.stall();
        intake.stall();
        assertThat(intake.isStalled()).isTrue();
        intake.flushed();
        assertThat(intake.isStalled()).isFalse();
        intake.stall();
        intake.resume();
        assertThat(intake.isStalled()).isFalse();
        assertThat(heard).containsExactly("stalled", "settled 0", "stalled");
    }

    @Test
    void whileStalledEventsAreKept() {
        intake.stall();
        assertThat(intake.accept(login(ALICE))).isEqualTo(1);
        assertThat(windows.holders(HOME, time.instant())).containsExactly(ALICE);
    }

    @Test
    void aLoginOfAnEarlierLifeOpensItsWindowForTheRestOfItsTime() {
        Instant login = time.instant().minusSeconds(59);
        intake.restore(new Batch(0, List.of(new Batch.Row(ALICE, new Change(HOME, login, null, null)))));
        assertThat(ledger.size()).isEqualTo(1);
        assertThat(windows.holders(HOME, time.instant())).containsExactly(ALICE);
        time.advance(Duration.ofSeconds(1));
        assertThat(windows.holders(HOME, time.instant())).isEmpty();
    }

    @Test
    void aLoginFromAClockThatWasAheadOpensNoWindowAgain() {
        Instant ahead = time.instant().plusSeconds(3600);
        intake.restore(new Batch(0, List.of(new Batch.Row(ALICE, new Change(HOME, ahead, null, null)))));
        assertThat(ledger.size()).isEqualTo(1);
        assertThat(windows.holders(HOME, time.instant())).isEmpty();
        time.advance(Duration.ofHours(1));
        assertThat(windows.holders(HOME, time.instant())).isEmpty();
    }

    @Test
    void aLoginFromAClockThatDiffersALittleOpensItsWindow() {
        Instant ahead = time.instant().plusSeconds(5);
        intake.restore(new Batch(0, List.of(new Batch.Row(ALICE, new Change(HOME, ahead, null, null)))));
        assertThat(windows.holders(HOME, time.instant())).containsExactly(ALICE);
    }

    private Event login(Address user) {
        return new Event.Login(user, HOME, "imap", time.instant());
    }
}
