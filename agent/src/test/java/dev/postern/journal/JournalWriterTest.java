package dev.postern.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.Batch;
import dev.postern.model.CounterChange;
import dev.postern.model.Event;
import dev.postern.model.MailAddress;
import dev.postern.model.MailboxChange;
import dev.postern.pending.EventIntake;
import dev.postern.pending.PendingChanges;
import dev.postern.relay.RelayWindows;
import dev.postern.testing.ManualTime;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalWriterTest {

    private static final MailAddress JOE = new MailAddress("joe@example.org");
    private static final MailAddress ANN = new MailAddress("ann@example.org");

    private final ManualTime time = new ManualTime();
    private final PendingChanges pending = new PendingChanges(10, 10, 7, time);
    private final EventIntake intake =
            new EventIntake(pending, new RelayWindows(Duration.ofMinutes(1), List.of(), 10), time);
    private final FakeJournal disk = new FakeJournal();
    private final JournalWriter journalWriter = new JournalWriter(pending, intake, disk, time, 0);
    private final List<String> told = new ArrayList<>();

    JournalWriterTest() {
        intake.onAccepted(awaited -> journalWriter.wake());
        intake.listen(new EventIntake.DurabilityListener() {
            @Override
            public void durable(long upTo) {
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
        pending.poll();
        time.advance(JournalWriter.TIMEOUT);
        assertThat(disk.asked).containsExactly(List.of(batch(row(JOE, 2), row(ANN, 1))));
        assertThat(told).isEmpty();
        disk.succeed();
        assertThat(told).containsExactly("settled 3");
    }

    @Test
    void theNextGroupIsWhatHasChangedMeanwhile() {
        intake.databaseUnavailable();
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
        intake.databaseUnavailable();
        assertThat(intake.isStalled()).isFalse();
        assertThat(told).doesNotContain("stalled");
    }

    @Test
    void withoutDatabaseAndDiskNothingCanBePromised() {
        intake.databaseUnavailable();
        increment(JOE);
        time.advance(Duration.ofMillis(1));
        disk.fail();
        assertThat(told).containsExactly("stalled");
        assertThat(intake.isStalled()).isTrue();

        increment(ANN);
        time.advance(JournalWriter.PAUSE);
        assertThat(disk.asked.get(1)).containsExactly(batch(row(JOE, 1), row(ANN, 1)));
        disk.succeed();
        assertThat(told).containsExactly("stalled", "settled 2");
        assertThat(intake.isStalled()).isFalse();
    }

    @Test
    void aDiskThatHangsIsNoneUntilItGoesOn() {
        intake.databaseUnavailable();
        increment(JOE);
        time.advance(Duration.ofMillis(1));
        time.advance(JournalWriter.DEADLINE);
        assertThat(told).containsExactly("stalled");
        assertThat(journalWriter.works()).isFalse();
        assertThat(disk.asked).hasSize(1);
        disk.succeed();
        assertThat(told).containsExactly("stalled", "settled 1");
        assertThat(journalWriter.works()).isTrue();
        assertThat(intake.isStalled()).isFalse();
    }

    @Test
    void aFullDiskIsNoMatterWhileTheDatabaseAnswers() {
        increment(JOE);
        time.advance(JournalWriter.TIMEOUT);
        disk.fail();
        assertThat(told).isEmpty();
        assertThat(intake.isStalled()).isFalse();
        flush();
        assertThat(told).containsExactly("settled 1");
    }

    @Test
    void whatTheDatabaseHasIsDroppedFromTheDisk() {
        increment(JOE);
        time.advance(JournalWriter.TIMEOUT);
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
        Future<Void> saved = journalWriter.save();
        assertThat(disk.asked).hasSize(1);
        assertThat(saved.isComplete()).isFalse();
        disk.succeed();
        assertThat(saved.succeeded()).isTrue();
    }

    @Test
    void savesWhatComesWhileTheDiskIsBusyToo() {
        intake.databaseUnavailable();
        increment(JOE);
        time.advance(Duration.ofMillis(1));
        increment(ANN);
        Future<Void> saved = journalWriter.save();
        disk.succeed();
        assertThat(saved.isComplete()).isFalse();
        assertThat(disk.asked.get(1)).containsExactly(batch(row(ANN, 1)));
        disk.succeed();
        assertThat(saved.succeeded()).isTrue();
    }

    private void increment(MailAddress address) {
        intake.accept(new Event.QuotaUpdate(address, CounterChange.increment(1), null));
    }

    private static Batch batch(Batch.RowChange... rows) {
        return new Batch(7, List.of(rows));
    }

    private static Batch.RowChange row(MailAddress address, long difference) {
        return new Batch.RowChange(address, new MailboxChange(null, null, CounterChange.increment(difference), null));
    }

    private void flush() {
        Batch batch = pending.poll();
        assertThat(batch).isNotNull();
        pending.confirm();
        intake.flushed();
    }

    private static final class FakeJournal implements AsyncJournal {
        final List<List<Batch>> asked = new ArrayList<>();
        final List<Long> done = new ArrayList<>();
        private Promise<AppendResult> waiting = Promise.promise();

        @Override
        public Future<AppendResult> append(Collection<Batch> changes) {
            asked.add(List.copyOf(changes));
            waiting = Promise.promise();
            return waiting.future();
        }

        @Override
        public void done(long batch) {
            done.add(batch);
        }

        void succeed() {
            waiting.complete(AppendResult.ON_DISK);
        }

        void fail() {
            waiting.complete(new AppendResult("no space left"));
        }
    }
}
