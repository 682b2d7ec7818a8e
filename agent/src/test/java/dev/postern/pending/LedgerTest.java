package dev.postern.pending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.model.Address;
import dev.postern.model.Batch;
import dev.postern.model.Change;
import dev.postern.model.Event;
import dev.postern.model.Figure;
import dev.postern.model.Generated;
import dev.postern.model.Mailbox;
import dev.postern.testing.ManualTime;
import dev.postern.testing.Seeded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private static final Address A = new Address("a@example.org");
    private static final Address B = new Address("b@example.org");
    private static final Address C = new Address("c@example.org");

    private final ManualTime time = new ManualTime();
    private final Ledger ledger = new Ledger(3, 10, 1, time);

    @Test
    void numbersCountUpAndSettleWithTheirBatch() {
        assertThat(ledger.settled()).isZero();
        assertThat(ledger.record(A, bytes(1))).isEqualTo(1);
        assertThat(ledger.record(B, bytes(2))).isEqualTo(2);
        assertThat(ledger.record(A, bytes(3))).isEqualTo(3);
        assertThat(ledger.settled()).isZero();
        Batch batch = ledger.take();
        assertThat(batch.rows()).containsExactly(new Batch.Row(A, bytes(3)), new Batch.Row(B, bytes(2)));
        assertThat(ledger.settled()).isZero();
        assertThat(ledger.record(A, bytes(4))).isEqualTo(4);
        ledger.confirm();
        assertThat(ledger.settled()).isEqualTo(3);
        ledger.take();
        ledger.confirm();
        assertThat(ledger.settled()).isEqualTo(4);
        assertThat(ledger.isEmpty()).isTrue();
    }

    @Test
    void theOldestLeaveFirstInTheOrderOfTheKey() {
        Ledger ledger = new Ledger(10, 2, 1, time);
        ledger.record(C, bytes(1));
        ledger.record(B, bytes(1));
        ledger.record(A, bytes(1));
        ledger.record(C, bytes(2));
        assertThat(ledger.take().rows()).extracting(Batch.Row::email).containsExactly(B, C);
        ledger.confirm();
        assertThat(ledger.settled()).isEqualTo(2);
    }

    @Test
    void theOldestIsAsOldAsTheFirstEventOfItsBatch() {
        Ledger ledger = new Ledger(10, 2, 1, time);
        assertThat(ledger.oldestAge()).isZero();
        ledger.record(A, bytes(1));
        time.advance(Duration.ofSeconds(3));
        ledger.record(B, bytes(1));
        ledger.record(C, bytes(1));
        ledger.record(A, bytes(2));
        assertThat(ledger.oldestAge()).isEqualTo(Duration.ofSeconds(3));
        time.advance(Duration.ofSeconds(4));
        ledger.take();
        assertThat(ledger.oldestAge()).isEqualTo(Duration.ofSeconds(7));
        ledger.confirm();
        assertThat(ledger.oldestAge()).isEqualTo(Duration.ofSeconds(4));
        time.advance(Duration.ofHours(-1));
        assertThat(ledger.oldestAge()).isZero();
        ledger.take();
        ledger.confirm();
        time.advance(Duration.ofHours(2));
        assertThat(ledger.oldestAge()).isZero();
    }

    @Test
    void whatIsRestoredWaitsSinceThen() {
        Ledger ledger = new Ledger(10, 2, 41, time);
        ledger.restore(new Batch(7, List.of(new Batch.Row(A, bytes(1)))));
        time.advance(Duration.ofSeconds(5));
        ledger.record(A, bytes(2));
        assertThat(ledger.oldestAge()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void oneBatchIsInHandAtATime() {
        assertThat(ledger.take()).isNull();
        ledger.record(A, bytes(1));
        ledger.take();
        ledger.record(B, bytes(1));
        assertThatThrownBy(() -> ledger.take()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void isBoundedByAddressesAndNotByEvents() {
        ledger.record(A, bytes(1));
        ledger.record(B, bytes(1));
        ledger.record(C, bytes(1));
        assertThat(ledger.record(new Address("d@example.org"), bytes(1))).isEqualTo(Ledger.FULL);
        assertThat(ledger.unsettled(new Address("d@example.org"))).isNull();
        for (int i = 0; i < 1000; i++) {
            assertThat(ledger.record(A, bytes(i))).isPositive();
        }
        assertThat(ledger.size()).isEqualTo(3);
    }

    @Test
    void whatIsInHandTakesRoom() {
        ledger.record(A, bytes(1));
        ledger.record(B, bytes(1));
        ledger.take();
        assertThat(ledger.record(A, bytes(2))).isPositive();
        assertThat(ledger.record(B, bytes(2))).isEqualTo(Ledger.FULL);
        ledger.confirm();
        assertThat(ledger.record(B, bytes(2))).isPositive();
    }

    @Test
    void unsettledIsTheBatchInHandAndThenWhatCameAfter() {
        ledger.record(A, new Change(null, null, Figure.set(1), Figure.set(1)));
        ledger.take();
        assertThat(ledger.unsettled(A)).isEqualTo(new Change(null, null, Figure.set(1), Figure.set(1)));
        ledger.record(A, bytes(2));
        assertThat(ledger.unsettled(A)).isEqualTo(new Change(null, null, Figure.set(2), Figure.set(1)));
        ledger.confirm();
        assertThat(ledger.unsettled(A)).isEqualTo(bytes(2));
        assertThat(ledger.unsettled(B)).isNull();
    }

    @Test
    void aBatchThatIsInMysqlAlreadyIsNotAddedAgain() {
        ledger.record(A, bytes(1));
        long number = ledger.take().number();
        ledger.record(A, new Change(null, null, Figure.increment(5), null));
        assertThat(ledger.since(A, number - 1)).isEqualTo(bytes(6));
        assertThat(ledger.since(A, number)).isEqualTo(new Change(null, null, Figure.increment(5), null));
    }

    @Test
    void batchesAreNumberedFromTheFirst() {
        Ledger ledger = new Ledger(10, 1, 41, time);
        ledger.record(A, bytes(1));
        ledger.record(B, bytes(1));
        assertThat(ledger.take().number()).isEqualTo(41);
        ledger.confirm();
        ledger.record(B, bytes(2));
        assertThat(ledger.take()).isEqualTo(new Batch(42, List.of(new Batch.Row(B, bytes(2)))));
    }

    @Test
    void aBatchOfAnEarlierLifeGoesFirstAndAsItWas() {
        Ledger ledger = new Ledger(10, 10, 43, time);
        ledger.restore(new Batch(41, List.of(new Batch.Row(A, bytes(1)))));
        ledger.restore(new Batch(42, List.of(new Batch.Row(A, increment(2)), new Batch.Row(B, bytes(7)))));
        ledger.record(A, increment(4));
        assertThat(ledger.since(A, 40)).isEqualTo(bytes(7));
        assertThat(ledger.since(A, 41)).isEqualTo(increment(6));
        assertThat(ledger.since(A, 42)).isEqualTo(increment(4));
        assertThat(ledger.size()).isEqualTo(4);
        assertThat(ledger.addresses()).isEqualTo(2);
        assertThat(ledger.settled()).isZero();

        assertThat(ledger.take()).isEqualTo(new Batch(41, List.of(new Batch.Row(A, bytes(1)))));
        ledger.confirm();
        assertThat(ledger.unsettled(A)).isEqualTo(increment(6));
        assertThat(ledger.take().number()).isEqualTo(42);
        ledger.confirm();
        assertThat(ledger.take()).isEqualTo(new Batch(43, List.of(new Batch.Row(A, increment(4)))));
        ledger.confirm();
        assertThat(ledger.unsettled(A)).isNull();
        assertThat(ledger.isEmpty()).isTrue();
    }

    @Test
    void unsavedIsWhatHasChangedSinceItWasAskedForAndIsNotInMysql() {
        ledger.record(A, increment(1));
        ledger.record(B, increment(1));
        assertThat(ledger.unsaved()).isEqualTo(List.of(new Batch(1, List.of(row(A, 1), row(B, 1)))));
        assertThat(ledger.unsaved()).isEmpty();
        ledger.record(A, increment(1));
        ledger.take();
        ledger.record(A, increment(5));
        assertThat(ledger.unsaved())
                .containsExactlyInAnyOrder(new Batch(1, List.of(row(A, 2))), new Batch(2, List.of(row(A, 5))));
        ledger.record(A, increment(1));
        ledger.confirm();
        ledger.take();
        ledger.confirm();
        assertThat(ledger.unsaved()).isEmpty();
    }

    /** Any interleaving of events, batches, failures and confirmations leaves what one event at a time would leave. */
    @Test
    void coalescedIsWhatOneAfterTheOtherWouldBe() {
        Random random = Seeded.random();
        for (int round = 0; round < 300; round++) {
            new Interleaving(random).run();
        }
    }

    private static final class Interleaving {

        private final Random random;
        private final Ledger tested;
        private final int maxAddresses;
        private final Map<Address, Mailbox> written = new HashMap<>();
        private final Map<Address, Mailbox> oracle = new HashMap<>();
        private final List<Event> accepted = new ArrayList<>();
        private long settled;
        private long checkpoint;
        private Batch batch;

        Interleaving(Random random) {
            this.random = random;
            this.maxAddresses = 1 + random.nextInt(8);
            this.tested = new Ledger(maxAddresses, 1 + random.nextInt(4), 1, new ManualTime());
        }

        void run() {
            for (int step = 0; step < 300; step++) {
                switch (random.nextInt(4)) {
                    case 0, 1 -> record(Generated.event(random));
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
            assertThat(tested.settled()).isEqualTo(accepted.size());
        }

        private void record(Event event) {
            long number = tested.record(event.user(), event.change());
            if (number != Ledger.FULL) {
                accepted.add(event);
                assertThat(number).isEqualTo(accepted.size());
                apply(oracle, event.user(), event.change());
            }
        }

        /** The fate of a write may be unknown: it is tried any number of times before it is confirmed. */
        private void takeOrWriteAgain() {
            if (batch == null) {
                batch = tested.take();
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
            assertThat(batch.rows()).extracting(Batch.Row::email).isSorted().doesNotHaveDuplicates();
            assertThat(batch.number()).isBetween(checkpoint, checkpoint + 1);
            if (batch.number() == checkpoint) {
                return;
            }
            checkpoint = batch.number();
            batch.rows().forEach(row -> apply(written, row.email(), row.change()));
        }

        private void check() {
            assertThat(tested.settled()).isBetween(settled, (long) accepted.size());
            settled = tested.settled();
            assertThat(tested.size()).isLessThanOrEqualTo(maxAddresses);
            Map<Address, Mailbox> promised = new HashMap<>();
            accepted.subList(0, (int) settled).forEach(event -> apply(promised, event.user(), event.change()));
            promised.forEach(
                    (user, row) -> assertThat(isAtLeast(written.get(user), row)).isTrue());
            oracle.forEach((user, row) -> {
                Change change = tested.since(user, checkpoint);
                Mailbox known = written.getOrDefault(user, empty(user));
                assertThat(change == null ? known : change.applyTo(known)).isEqualTo(row);
            });
        }

        /** Whether a login that was promised is there, or a newer one; figures may have changed again since. */
        private static boolean isAtLeast(Mailbox written, Mailbox promised) {
            return written != null
                    && (promised.lasttime() == null || !written.lasttime().isBefore(promised.lasttime()));
        }

        private static void apply(Map<Address, Mailbox> rows, Address user, Change change) {
            rows.put(user, change.applyTo(rows.getOrDefault(user, empty(user))));
        }

        private static Mailbox empty(Address user) {
            return new Mailbox(user, true, null, null, null, null, 0, 0);
        }
    }

    private static Batch.Row row(Address email, long difference) {
        return new Batch.Row(email, increment(difference));
    }

    private static Change increment(long difference) {
        return new Change(null, null, Figure.increment(difference), null);
    }

    private static Change bytes(long bytes) {
        return new Change(null, null, Figure.set(bytes), null);
    }
}
