package dev.postern.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.Address;
import dev.postern.model.Batch;
import dev.postern.model.Change;
import dev.postern.model.Event;
import dev.postern.model.Figure;
import dev.postern.pending.Intake;
import dev.postern.pending.Ledger;
import dev.postern.relay.RelayWindows;
import dev.postern.testing.ManualTime;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalingTest {

    private static final Address JOE = new Address("joe@example.org");
    private static final Address ANN = new Address("ann@example.org");

    private final ManualTime time = new ManualTime();
    private final Ledger ledger = new Ledger(10, 10, 7, time);
    private final Intake intake = new Intake(ledger, new RelayWindows(Duration.ofMinutes(1), List.of(), 10), time);
    private final FakeDisk disk = new FakeDisk();
    private final Journaling journaling = new Journaling(ledger, intake, disk, time, 0);
    private final List<String> told = new ArrayList<>();

    JournalingTest() {
        intake.onArrival(awaited -> journaling.wake());
        intake.listen(new Intake.Listener() {
            @Override
            public void settled(long upTo) {
                if (upTo > 0) {
                    told.add("settled " + upTo);
                }
            }

            @Override
            public void stalled() {
                told.add("stalled");
            }
        });
    }

    @Test
    void whileTheDatabaseIsQuickTheDiskIsNotTouched() {
        for (int i = 0; i < 100; i++) {
            increment(JOE);
            flush();
            time.advance(Duration.ofMillis(5));
        }
        assertThat(disk.asked).isEmpty();
        assertThat(time.timers()).isLessThanOrEqualTo(1);
    }

    @Test
    void whatTheDatabaseDoesNotTakeSoonGoesToTheDiskInOneGroup() {
        increment(JOE);
        increment(JOE);
        increment(ANN);
        ledger.take();
        time.advance(Journaling.PATIENCE);
        assertThat(disk.asked).containsExactly(List.of(batch(row(JOE, 2), row(ANN, 1))));
        assertThat(told).isEmpty();
        disk.succeed();
        assertThat(told).containsExactly("settled 3");
    }

    @Test
    void theNextGroupIsWhatHasChangedMeanwhile() {
        intake.stall();
        increment(JOE);
        increment(ANN);
        time.advance(Duration.ofMillis(1));
        increment(JOE);
        assertThat(disk.asked).hasSize(1);
        disk.succeed();
        time.advance(Duration.ofMillis(1));
        assertThat(disk.asked).hasSize(2);
        assertThat(disk.asked.get(1)).containsExactly(batch(row(JOE, 2)));
        disk.succeed();
        assertThat(told).containsExactly("settled 2", "settled 3");
        time.advance(Duration.ofMinutes(1));
        assertThat(disk.asked).hasSize(2);
    }

    @Test
    void aDatabaseThatIsAwayIsNoReasonToRefuseAnything() {
        intake.stall();
        assertThat(intake.isStalled()).isFalse();
        assertThat(told).doesNotContain("stalled");
    }

    @Test
    void withoutDatabaseAndDiskNothingCanBePromised() {
        intake.stall();
        increment(JOE);
        time.advance(Duration.ofMillis(1));
        disk.fail();
        assertThat(told).containsExactly("stalled");
        assertThat(intake.isStalled()).isTrue();

        increment(ANN);
        time.advance(Journaling.PAUSE);
        assertThat(disk.asked.get(1)).containsExactly(batch(row(JOE, 1), row(ANN, 1)));
        disk.succeed();
        assertThat(told).containsExactly("stalled", "settled 2");
        assertThat(intake.isStalled()).isFalse();
    }

    @Test
    void aDiskThatHangsIsNoneUntilItGoesOn() {
        intake.stall();
        increment(JOE);
        time.advance(Duration.ofMillis(1));
        time.advance(Journaling.DEADLINE);
        assertThat(told).containsExactly("stalled");
        assertThat(journaling.works()).isFalse();
        assertThat(disk.asked).hasSize(1);
        disk.succeed();
        assertThat(told).containsExactly("stalled", "settled 1");
        assertThat(journaling.works()).isTrue();
        assertThat(intake.isStalled()).isFalse();
    }

    @Test
    void aFullDiskIsNoMatterWhileTheDatabaseAnswers() {
        increment(JOE);
        time.advance(Journaling.PATIENCE);
        disk.fail();
        assertThat(told).isEmpty();
        assertThat(intake.isStalled()).isFalse();
        flush();
        assertThat(told).containsExactly("settled 1");
    }

    @Test
    void whatTheDatabaseHasIsDroppedFromTheDisk() {
        increment(JOE);
        time.advance(Journaling.PATIENCE);
        disk.succeed();
        assertThat(disk.done).isEmpty();
        flush();
        assertThat(disk.done).containsExactly(7L);
        increment(JOE);
        flush();
        assertThat(disk.done).containsExactly(7L);
    }

    @Test
    void savesEverythingInTheEnd() {
        increment(JOE);
        Future<Void> saved = journaling.save();
        assertThat(disk.asked).hasSize(1);
        assertThat(saved.isComplete()).isFalse();
        disk.succeed();
        assertThat(saved.succeeded()).isTrue();
    }

    @Test
    void savesWhatComesWhileTheDiskIsBusyToo() {
        intake.stall();
        increment(JOE);
        time.advance(Duration.ofMillis(1));
        increment(ANN);
        Future<Void> saved = journaling.save();
        disk.succeed();
        assertThat(saved.isComplete()).isFalse();
        assertThat(disk.asked.get(1)).containsExactly(batch(row(ANN, 1)));
        disk.succeed();
        assertThat(saved.succeeded()).isTrue();
    }

    private void increment(Address user) {
        intake.accept(new Event.Quota(user, Figure.increment(1), null));
    }

    private static Batch batch(Batch.Row... rows) {
        return new Batch(7, List.of(rows));
    }

    private static Batch.Row row(Address user, long difference) {
        return new Batch.Row(user, new Change(null, null, Figure.increment(difference), null));
    }

    private void flush() {
        Batch batch = ledger.take();
        assertThat(batch).isNotNull();
        ledger.confirm();
        intake.flushed();
    }

    private static final class FakeDisk implements Disk {
        final List<List<Batch>> asked = new ArrayList<>();
        final List<Long> done = new ArrayList<>();
        private Promise<Appended> waiting = Promise.promise();

        @Override
        public Future<Appended> append(Collection<Batch> changes) {
            asked.add(List.copyOf(changes));
            waiting = Promise.promise();
            return waiting.future();
        }

        @Override
        public void done(long batch) {
            done.add(batch);
        }

        void succeed() {
            waiting.complete(Appended.ON_DISK);
        }

        void fail() {
            waiting.complete(new Appended("no space left"));
        }
    }
}
