package dev.postern.mailbox;

import static dev.postern.mailbox.FakeSource.mailbox;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.Address;
import dev.postern.model.Batch;
import dev.postern.model.Change;
import dev.postern.model.Figure;
import dev.postern.model.Mailbox;
import dev.postern.model.Rows;
import dev.postern.pending.Ledger;
import dev.postern.testing.ManualTime;
import dev.postern.testing.Seeded;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DirectoryTest {

    private static final Duration CACHE_TIME = Duration.ofSeconds(20);
    private static final Address ALICE = new Address("alice@example.org");
    private static final Address BOB = new Address("bob@example.org");
    private static final Address NOBODY = new Address("nobody@example.org");

    private final ManualTime time = new ManualTime();
    private final Ledger ledger = new Ledger(1000, 512, 1, time);
    private boolean committed;
    private final FakeSource source = new FakeSource();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Directory directory = new Directory(ledger, source, 1000, CACHE_TIME, time, time, meters);

    @BeforeEach
    void fill() {
        source.put(mailbox(ALICE.value(), 10, 100));
        source.put(mailbox(BOB.value(), 20, 100));
    }

    @Test
    void readsOnceAndThenAnswersFromMemoryAtOnce() {
        assertThat(bytes(ALICE)).isEqualTo(10);
        source.held = true;
        assertThat(directory.find(ALICE).isComplete()).isTrue();
        assertThat(bytes(ALICE)).isEqualTo(10);
        assertThat(source.queries).hasSize(1);
        assertThat(time.timers()).isZero();
    }

    @Test
    void theLedgerLiesOverTheRow() {
        bytes(ALICE);
        ledger.record(ALICE, quota(99));
        assertThat(bytes(ALICE)).isEqualTo(99);
        ledger.take();
        ledger.record(ALICE, quota(77));
        assertThat(bytes(ALICE)).isEqualTo(77);
        assertThat(directory.known(ALICE).bytes()).isEqualTo(77);
    }

    @Test
    void whatComesIntoTheLedgerDuringTheQueryCounts() {
        source.held = true;
        Future<Mailbox> found = directory.find(ALICE);
        ledger.record(ALICE, quota(99));
        source.answerOne();
        assertThat(found.result().bytes()).isEqualTo(99);
    }

    @Test
    void anEventAloneMakesNoMailbox() {
        ledger.record(NOBODY, quota(5));
        assertThat(directory.find(NOBODY).result()).isNull();
        assertThat(directory.known(NOBODY)).isNull();
    }

    @Test
    void aMissIsOneQueryHoweverManyAsk() {
        source.held = true;
        List<Future<Mailbox>> askers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            askers.add(directory.find(ALICE));
        }
        source.answerOne();
        assertThat(source.queries).hasSize(1);
        assertThat(askers).allMatch(found -> found.result().bytes() == 10);
    }

    @Test
    void missesDuringAQueryAreGatheredIntoTheNext() {
        source.held = true;
        Future<Mailbox> first = directory.find(ALICE);
        List<Future<Mailbox>> others = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            others.add(directory.find(new Address("user" + i + "@example.org")));
            directory.find(ALICE);
        }
        assertThat(source.queries).hasSize(1);
        assertThat(meters.get("postern.waiting.lookups").gauge().value()).isEqualTo(151);
        source.answerOne();
        assertThat(first.result()).isNotNull();
        assertThat(others).noneMatch(Future::isComplete);
        source.answerOne();
        source.answerOne();
        source.answerOne();
        assertThat(source.queries.stream().map(query -> query.addresses().size()))
                .containsExactly(1, 64, 64, 22);
        assertThat(others).allMatch(Future::succeeded);
        assertThat(time.timers()).isZero();
    }

    @Test
    void whoWantsSeveralHasThemAskedForTogether() {
        directory.ask(ALICE);
        Future<Mailbox> bob = directory.ask(BOB);
        assertThat(source.queries).isEmpty();
        directory.start();
        assertThat(source.queries).hasSize(1);
        assertThat(bob.result().email()).isEqualTo(BOB);
    }

    @Test
    void aCurrentRowIsNeverOlderThanTheCacheTimeUnlessTheDatabaseIsAway() {
        bytes(ALICE);
        source.put(mailbox(ALICE.value(), 50, 100));
        time.advance(CACHE_TIME.minusMillis(1));
        assertThat(directory.findCurrent(ALICE).result().bytes()).isEqualTo(10);
        time.advance(Duration.ofMillis(1));
        assertThat(directory.findCurrent(ALICE).result().bytes()).isEqualTo(50);
        source.down = true;
        time.advance(CACHE_TIME.multipliedBy(5));
        assertThat(directory.findCurrent(ALICE).result().bytes()).isEqualTo(50);
    }

    @Test
    void anAgedRowAnswersAtOnceAndIsReadAnewBehindIt() {
        bytes(ALICE);
        source.put(mailbox(ALICE.value(), 50, 100));
        time.advance(CACHE_TIME);
        source.held = true;
        assertThat(bytes(ALICE)).isEqualTo(10);
        assertThat(bytes(ALICE)).isEqualTo(10);
        source.answerOne();
        assertThat(bytes(ALICE)).isEqualTo(50);
        assertThat(source.queries).hasSize(2);
    }

    @Test
    void anOldRowWaitsForTheDatabase() {
        bytes(ALICE);
        source.put(mailbox(ALICE.value(), 50, 100));
        time.advance(CACHE_TIME.multipliedBy(2));
        source.held = true;
        Future<Mailbox> found = directory.find(ALICE);
        assertThat(found.isComplete()).isFalse();
        source.answerOne();
        assertThat(found.result().bytes()).isEqualTo(50);
    }

    @Test
    void ageCountsFromTheBeginOfTheQuery() {
        source.held = true;
        directory.find(ALICE);
        time.advance(Duration.ofMillis(900));
        source.answerOne();
        time.advance(CACHE_TIME.minusMillis(900));
        directory.find(ALICE);
        assertThat(source.queries).hasSize(2);
    }

    @Test
    void absenceIsRememberedForAShorterTime() {
        assertThat(directory.find(NOBODY).result()).isNull();
        directory.find(NOBODY);
        assertThat(source.queries).hasSize(1);
        source.put(mailbox(NOBODY.value(), 1, 2));
        time.advance(CACHE_TIME.dividedBy(2));
        assertThat(bytes(NOBODY)).isEqualTo(1);
    }

    @Test
    void aClockSetBackMakesNothingFresh() {
        bytes(ALICE);
        source.put(mailbox(ALICE.value(), 50, 100));
        time.advance(Duration.ofHours(-1));
        assertThat(bytes(ALICE)).isEqualTo(50);
    }

    @Test
    void anOutageServesWhatIsKnownWhateverItsAge() {
        bytes(ALICE);
        source.down = true;
        time.advance(CACHE_TIME.multipliedBy(50));
        assertThat(bytes(ALICE)).isEqualTo(10);
        assertThat(bytes(ALICE)).isEqualTo(10);
        assertThat(directory.find(BOB).cause()).isInstanceOf(UnavailableException.class);
        ledger.record(ALICE, quota(99));
        assertThat(bytes(ALICE)).isEqualTo(99);
    }

    @Test
    void aFailedDatabaseIsLeftAloneForAMomentAndThenAskedAgain() {
        bytes(ALICE);
        source.down = true;
        directory.find(BOB);
        directory.find(NOBODY);
        time.advance(CACHE_TIME.multipliedBy(3));
        directory.find(ALICE);
        int before = source.queries.size();
        for (int i = 0; i < 50; i++) {
            assertThat(directory.find(BOB).failed()).isTrue();
            assertThat(bytes(ALICE)).isEqualTo(10);
        }
        assertThat(source.queries).hasSize(before);
        source.down = false;
        time.advance(Queries.PAUSE);
        assertThat(bytes(BOB)).isEqualTo(20);
    }

    @Test
    void whatIsGatheredWhenAQueryFailsFailsWithIt() {
        source.held = true;
        directory.find(ALICE);
        Future<Mailbox> gathered = directory.find(BOB);
        source.down = true;
        source.answerOne();
        assertThat(gathered.cause()).isInstanceOf(UnavailableException.class);
        assertThat(source.queries).hasSize(1);
    }

    @Test
    void aHangingDatabaseIsNotWaitedForWhenSomethingIsKnown() {
        bytes(ALICE);
        time.advance(CACHE_TIME.multipliedBy(10));
        source.held = true;
        Future<Mailbox> known = directory.find(ALICE);
        Future<Mailbox> unknown = directory.find(BOB);
        time.advance(Queries.PATIENCE);
        assertThat(known.result().bytes()).isEqualTo(10);
        assertThat(directory.find(ALICE).isComplete()).isTrue();
        assertThat(unknown.isComplete()).isFalse();
        source.put(mailbox(ALICE.value(), 50, 100));
        source.answerOne();
        source.answerOne();
        assertThat(bytes(ALICE)).isEqualTo(50);
        assertThat(unknown.result().bytes()).isEqualTo(20);
    }

    @Test
    void aQueryNeverOverwritesARowThatWasWrittenAfterItBegan() {
        source.held = true;
        Future<Mailbox> asker = directory.find(ALICE);
        directory.refreshed(List.of(ALICE), new Rows(Map.of(ALICE, mailbox(ALICE.value(), 66, 100)), 0));
        assertThat(asker.result().bytes()).isEqualTo(66);
        source.queries.get(0).answer().complete(source.queries.get(0).asOfBegin());
        assertThat(bytes(ALICE)).isEqualTo(66);
        assertThat(source.queries).hasSize(1);
    }

    @Test
    void aWrittenRowAnswersThoseWhoWaitForTheNextQuery() {
        source.held = true;
        directory.find(BOB);
        Future<Mailbox> waiting = directory.find(ALICE);
        directory.refreshed(List.of(ALICE), new Rows(Map.of(ALICE, mailbox(ALICE.value(), 66, 100)), 0));
        assertThat(waiting.result().bytes()).isEqualTo(66);
        source.answerOne();
        assertThat(source.queries).hasSize(1);
    }

    @Test
    void aWriteThatFoundNoRowIsAnAbsence() {
        directory.refreshed(List.of(NOBODY, ALICE), new Rows(Map.of(ALICE, mailbox(ALICE.value(), 1, 2)), 0));
        assertThat(directory.find(NOBODY).result()).isNull();
        assertThat(bytes(ALICE)).isEqualTo(1);
        assertThat(source.queries).isEmpty();
    }

    @Test
    void aSourceThatThrowsHasFailedAndIsAskedAgain() {
        source.thrown = new IllegalStateException("a bug");
        assertThat(directory.find(ALICE).cause()).isInstanceOf(UnavailableException.class);
        source.thrown = null;
        time.advance(Queries.PAUSE);
        assertThat(bytes(ALICE)).isEqualTo(10);
    }

    @Test
    void memoryIsBounded() {
        for (int i = 0; i < 20_000; i++) {
            directory.find(new Address("user" + i + "@example.org"));
        }
        assertThat(meters.get("postern.cached.mailboxes").gauge().value()).isLessThanOrEqualTo(1000);
    }

    @Test
    void waitingIsBounded() {
        source.held = true;
        for (int i = 0; i < Queries.MAX_WAITING; i++) {
            directory.find(new Address("user" + i + "@example.org"));
        }
        assertThat(directory.find(ALICE).cause()).isInstanceOf(UnavailableException.class);
        assertThat(directory.find(new Address("user7@example.org")).isComplete())
                .isFalse();
        assertThat(source.queries).hasSize(1);
    }

    /** Writes, reads, outages and time in any order: a lookup shows what was accepted, every increment once. */
    @Test
    void showsWhatWasAccepted() {
        Random random = Seeded.random();
        source.held = true;
        long accepted = source.table.get(ALICE).bytes();
        for (int step = 0; step < 20_000; step++) {
            switch (random.nextInt(8)) {
                case 0 -> {
                    accepted = step;
                    ledger.record(ALICE, quota(accepted));
                }
                case 1, 2 -> {
                    accepted += step;
                    ledger.record(ALICE, new Change(null, null, Figure.increment(step), null));
                }
                case 6 -> write();
                case 7 -> time.advance(Duration.ofSeconds(random.nextInt(30)));
                case 3 -> source.down = !source.down;
                case 4 -> answerSome(random);
                default -> {
                    Future<Mailbox> found = directory.find(ALICE);
                    if (found.succeeded()) {
                        assertThat(found.result().bytes()).isEqualTo(accepted);
                    }
                }
            }
        }
    }

    /** What the flusher does, one half at a time: the row is in the table before the agent knows. */
    private void write() {
        if (committed) {
            confirm();
        } else if (!ledger.isEmpty()) {
            commit();
        }
        committed = !committed && !ledger.isEmpty();
    }

    private void commit() {
        Batch batch = ledger.take();
        source.batch = batch.number();
        batch.rows().forEach(row -> source.put(row.change().applyTo(source.table.get(row.email()))));
    }

    private void confirm() {
        ledger.confirm();
        directory.refreshed(List.of(ALICE), new Rows(Map.of(ALICE, source.table.get(ALICE)), source.batch));
    }

    /** Answers a query with rows as they were when it began, or fails it. */
    private void answerSome(Random random) {
        for (FakeSource.Query query : List.copyOf(source.queries)) {
            if (!query.answer().future().isComplete()) {
                if (source.down || random.nextInt(4) == 0) {
                    query.answer().fail("down");
                } else {
                    query.answer().complete(query.asOfBegin());
                }
            }
        }
    }

    private Long bytes(Address address) {
        return directory.find(address).result().bytes();
    }

    private static Change quota(long bytes) {
        return new Change(null, null, Figure.set(bytes), null);
    }
}
