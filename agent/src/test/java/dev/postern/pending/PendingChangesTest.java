package dev.postern.pending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.model.Batch;
import dev.postern.model.CounterChange;
import dev.postern.model.Event;
import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.model.MailboxChange;
import dev.postern.model.RandomValues;
import dev.postern.testing.ManualTime;
import dev.postern.testing.SeededRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PendingChangesTest {

    private static final MailAddress A = new MailAddress("a@example.org");
    private static final MailAddress B = new MailAddress("b@example.org");
    private static final MailAddress C = new MailAddress("c@example.org");

    private final ManualTime time = new ManualTime();
    private final PendingChanges pending = new PendingChanges(3, 10, 1, time);

    @Test
    void numbersCountUpAndSettleWithTheirBatch() {
        assertThat(pending.confirmed()).isZero();
        assertThat(pending.record(A, bytes(1))).isEqualTo(1);
        assertThat(pending.record(B, bytes(2))).isEqualTo(2);
        assertThat(pending.record(A, bytes(3))).isEqualTo(3);
        assertThat(pending.confirmed()).isZero();
        Batch batch = pending.poll();
        assertThat(batch.rows()).containsExactly(new Batch.RowChange(A, bytes(3)), new Batch.RowChange(B, bytes(2)));
        assertThat(pending.confirmed()).isZero();
        assertThat(pending.record(A, bytes(4))).isEqualTo(4);
        pending.confirm();
        assertThat(pending.confirmed()).isEqualTo(3);
        pending.poll();
        pending.confirm();
        assertThat(pending.confirmed()).isEqualTo(4);
        assertThat(pending.isEmpty()).isTrue();
    }

    @Test
    void theOldestLeaveFirstInTheOrderOfTheKey() {
        PendingChanges pending = new PendingChanges(10, 2, 1, time);
        pending.record(C, bytes(1));
        pending.record(B, bytes(1));
        pending.record(A, bytes(1));
        pending.record(C, bytes(2));
        assertThat(pending.poll().rows()).extracting(Batch.RowChange::email).containsExactly(B, C);
        pending.confirm();
        assertThat(pending.confirmed()).isEqualTo(2);
    }

    @Test
    void theOldestIsAsOldAsTheFirstEventOfItsBatch() {
        PendingChanges pending = new PendingChanges(10, 2, 1, time);
        assertThat(pending.oldestAge()).isZero();
        pending.record(A, bytes(1));
        time.advance(Duration.ofSeconds(3));
        pending.record(B, bytes(1));
        pending.record(C, bytes(1));
        pending.record(A, bytes(2));
        assertThat(pending.oldestAge()).isEqualTo(Duration.ofSeconds(3));
        time.advance(Duration.ofSeconds(4));
        pending.poll();
        assertThat(pending.oldestAge()).isEqualTo(Duration.ofSeconds(7));
        pending.confirm();
        assertThat(pending.oldestAge()).isEqualTo(Duration.ofSeconds(4));
        time.advance(Duration.ofHours(-1));
        assertThat(pending.oldestAge()).isZero();
        pending.poll();
        pending.confirm();
        time.advance(Duration.ofHours(2));
        assertThat(pending.oldestAge()).isZero();
    }

    @Test
    void whatIsRestoredWaitsSinceThen() {
        PendingChanges pending = new PendingChanges(10, 2, 41, time);
        pending.restore(new Batch(7, List.of(new Batch.RowChange(A, bytes(1)))));
        time.advance(Duration.ofSeconds(5));
        pending.record(A, bytes(2));
        assertThat(pending.oldestAge()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void oneBatchIsInHandAtATime() {
        assertThat(pending.poll()).isNull();
        pending.record(A, bytes(1));
        pending.poll();
        pending.record(B, bytes(1));
        assertThatThrownBy(() -> pending.poll()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void isBoundedByAddressesAndNotByEvents() {
        pending.record(A, bytes(1));
        pending.record(B, bytes(1));
        pending.record(C, bytes(1));
        assertThat(pending.record(new MailAddress("d@example.org"), bytes(1))).isEqualTo(PendingChanges.FULL);
        assertThat(pending.unconfirmed(new MailAddress("d@example.org"))).isNull();
        for (int i = 0; i < 1000; i++) {
            assertThat(pending.record(A, bytes(i))).isPositive();
        }
        assertThat(pending.size()).isEqualTo(3);
    }

    @Test
    void whatIsInHandTakesRoom() {
        pending.record(A, bytes(1));
        pending.record(B, bytes(1));
        pending.poll();
        assertThat(pending.record(A, bytes(2))).isPositive();
        assertThat(pending.record(B, bytes(2))).isEqualTo(PendingChanges.FULL);
        pending.confirm();
        assertThat(pending.record(B, bytes(2))).isPositive();
    }

    @Test
    void unsettledIsTheBatchInHandAndThenWhatCameAfter() {
        pending.record(A, new MailboxChange(null, null, CounterChange.set(1), CounterChange.set(1)));
        pending.poll();
        assertThat(pending.unconfirmed(A))
                .isEqualTo(new MailboxChange(null, null, CounterChange.set(1), CounterChange.set(1)));
        pending.record(A, bytes(2));
        assertThat(pending.unconfirmed(A))
                .isEqualTo(new MailboxChange(null, null, CounterChange.set(2), CounterChange.set(1)));
        pending.confirm();
        assertThat(pending.unconfirmed(A)).isEqualTo(bytes(2));
        assertThat(pending.unconfirmed(B)).isNull();
    }

    @Test
    void aBatchThatIsInMysqlAlreadyIsNotAddedAgain() {
        pending.record(A, bytes(1));
        long number = pending.poll().number();
        pending.record(A, new MailboxChange(null, null, CounterChange.increment(5), null));
        assertThat(pending.since(A, number - 1)).isEqualTo(bytes(6));
        assertThat(pending.since(A, number)).isEqualTo(new MailboxChange(null, null, CounterChange.increment(5), null));
    }

    @Test
    void batchesAreNumberedFromTheFirst() {
        PendingChanges pending = new PendingChanges(10, 1, 41, time);
        pending.record(A, bytes(1));
        pending.record(B, bytes(1));
        assertThat(pending.poll().number()).isEqualTo(41);
        pending.confirm();
        pending.record(B, bytes(2));
        assertThat(pending.poll()).isEqualTo(new Batch(42, List.of(new Batch.RowChange(B, bytes(2)))));
    }

    @Test
    void aBatchOfAnEarlierLifeGoesFirstAndAsItWas() {
        PendingChanges pending = new PendingChanges(10, 10, 43, time);
        pending.restore(new Batch(41, List.of(new Batch.RowChange(A, bytes(1)))));
        pending.restore(new Batch(42, List.of(new Batch.RowChange(A, increment(2)), new Batch.RowChange(B, bytes(7)))));
        pending.record(A, increment(4));
        assertThat(pending.since(A, 40)).isEqualTo(bytes(7));
        assertThat(pending.since(A, 41)).isEqualTo(increment(6));
        assertThat(pending.since(A, 42)).isEqualTo(increment(4));
        assertThat(pending.size()).isEqualTo(4);
        assertThat(pending.addresses()).isEqualTo(2);
        assertThat(pending.confirmed()).isZero();

        assertThat(pending.poll()).isEqualTo(new Batch(41, List.of(new Batch.RowChange(A, bytes(1)))));
        pending.confirm();
        assertThat(pending.unconfirmed(A)).isEqualTo(increment(6));
        assertThat(pending.poll().number()).isEqualTo(42);
        pending.confirm();
        assertThat(pending.poll()).isEqualTo(new Batch(43, List.of(new Batch.RowChange(A, increment(4)))));
        pending.confirm();
        assertThat(pending.unconfirmed(A)).isNull();
        assertThat(pending.isEmpty()).isTrue();
    }

    @Test
    void unsavedIsWhatHasChangedSinceItWasAskedForAndIsNotInMysql() {
        pending.record(A, increment(1));
        pending.record(B, increment(1));
        assertThat(pending.unsaved()).isEqualTo(List.of(new Batch(1, List.of(row(A, 1), row(B, 1)))));
        assertThat(pending.unsaved()).isEmpty();
        pending.record(A, increment(1));
        pending.poll();
        pending.record(A, increment(5));
        assertThat(pending.unsaved())
                .containsExactlyInAnyOrder(new Batch(1, List.of(row(A, 2))), new Batch(2, List.of(row(A, 5))));
        pending.record(A, increment(1));
        pending.confirm();
        pending.poll();
        pending.confirm();
        assertThat(pending.unsaved()).isEmpty();
    }

    /** Any interleaving of events, batches, failures and confirmations leaves what one event at a time would leave. */
    @Test
    void coalescedIsWhatOneAfterTheOtherWouldBe() {
        Random random = SeededRandom.random();
        for (int round = 0; round < 300; round++) {
            new Interleaving(random).run();
        }
    }

    private static final class Interleaving {

        private final Random random;
        private final PendingChanges tested;
        private final int maxAddresses;
        private final Map<MailAddress, Mailbox> written = new HashMap<>();
        private final Map<MailAddress, Mailbox> oracle = new HashMap<>();
        private final List<Event> accepted = new ArrayList<>();
        private long settled;
        private long checkpoint;
        private Batch batch;

        Interleaving(Random random) {
            this.random = random;
            this.maxAddresses = 1 + random.nextInt(8);
            this.tested = new PendingChanges(maxAddresses, 1 + random.nextInt(4), 1, new ManualTime());
        }

        void run() {
            for (int step = 0; step < 300; step++) {
                switch (random.nextInt(4)) {
                    case 0, 1 -> record(RandomValues.event(random));
                    case 2 -> takeOrWriteAgain();
                    default -> confirm();
                }
                check();
            }
            while (batch != null || !tested.isEmpty()) {
                confirm();
                takeOrWriteAgain();
            }
            assertThat(written).isEqualTo(oracle);
            assertThat(tested.confirmed()).isEqualTo(accepted.size());
        }

        private void record(Event event) {
            long number = tested.record(event.address(), event.change());
            if (number != PendingChanges.FULL) {
                accepted.add(event);
                assertThat(number).isEqualTo(accepted.size());
                apply(oracle, event.address(), event.change());
            }
        }

        /** The fate of a write may be unknown: it is tried any number of times before it is confirmed. */
        private void takeOrWriteAgain() {
            if (batch == null) {
                batch = tested.poll();
            }
            if (batch != null && random.nextBoolean()) {
                write();
            }
        }

        private void confirm() {
            if (batch != null) {
                write();
                tested.confirm();
                batch = null;
            }
        }

        private void write() {
            assertThat(batch.rows())
                    .extracting(Batch.RowChange::email)
                    .isSorted()
                    .doesNotHaveDuplicates();
            assertThat(batch.number()).isBetween(checkpoint, checkpoint + 1);
            if (batch.number() == checkpoint) {
                return;
            }
            checkpoint = batch.number();
            batch.rows().forEach(row -> apply(written, row.email(), row.change()));
        }

        private void check() {
            assertThat(tested.confirmed()).isBetween(settled, (long) accepted.size());
            settled = tested.confirmed();
            assertThat(tested.size()).isLessThanOrEqualTo(maxAddresses);
            Map<MailAddress, Mailbox> promised = new HashMap<>();
            accepted.subList(0, (int) settled).forEach(event -> apply(promised, event.address(), event.change()));
            promised.forEach((address, row) ->
                    assertThat(isAtLeast(written.get(address), row)).isTrue());
            oracle.forEach((address, row) -> {
                MailboxChange change = tested.since(address, checkpoint);
                Mailbox known = written.getOrDefault(address, empty(address));
                assertThat(change == null ? known : change.applyTo(known)).isEqualTo(row);
            });
        }

        /** Whether a login that was promised is there, or a newer one; figures may have changed again since. */
        private static boolean isAtLeast(Mailbox written, Mailbox promised) {
            return written != null
                    && (promised.lasttime() == null || !written.lasttime().isBefore(promised.lasttime()));
        }

        private static void apply(Map<MailAddress, Mailbox> rows, MailAddress address, MailboxChange change) {
            rows.put(address, change.applyTo(rows.getOrDefault(address, empty(address))));
        }

        private static Mailbox empty(MailAddress address) {
            return new Mailbox(address, true, null, null, null, null, 0, 0);
        }
    }

    private static Batch.RowChange row(MailAddress email, long difference) {
        return new Batch.RowChange(email, increment(difference));
    }

    private static MailboxChange increment(long difference) {
        return new MailboxChange(null, null, CounterChange.increment(difference), null);
    }

    private static MailboxChange bytes(long bytes) {
        return new MailboxChange(null, null, CounterChange.set(bytes), null);
    }
}
