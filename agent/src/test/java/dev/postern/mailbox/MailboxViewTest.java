package dev.postern.mailbox;

import static dev.postern.mailbox.FakeMailboxSource.mailbox;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.Batch;
import dev.postern.model.CounterChange;
import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.model.MailboxChange;
import dev.postern.model.MailboxRows;
import dev.postern.pending.PendingChanges;
import dev.postern.testing.ManualTime;
import dev.postern.testing.SeededRandom;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MailboxViewTest {

    private static final Duration CACHE_TIME = Duration.ofSeconds(20);
    private static final MailAddress ALICE = new MailAddress("alice@example.org");
    private static final MailAddress BOB = new MailAddress("bob@example.org");
    private static final MailAddress NOBODY = new MailAddress("nobody@example.org");

    private final ManualTime time = new ManualTime();
    private final PendingChanges pending = new PendingChanges(1000, 512, 1, time);
    private boolean committed;
    private final FakeMailboxSource source = new FakeMailboxSource();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final MailboxView view = new MailboxView(pending, source, 1000, CACHE_TIME, time, time, meters);

    @BeforeEach
    void fill() {
        source.put(mailbox(ALICE.value(), 10, 100));
        source.put(mailbox(BOB.value(), 20, 100));
    }

    @Test
    void readsOnceAndThenAnswersFromMemoryAtOnce() {
        assertThat(bytes(ALICE)).isEqualTo(10);
        source.bufferedBytes = true;
        assertThat(view.find(ALICE).isComplete()).isTrue();
        assertThat(bytes(ALICE)).isEqualTo(10);
        assertThat(source.queries).hasSize(1);
        assertThat(time.timers()).isZero();
    }

    @Test
    void theLedgerLiesOverTheRow() {
        bytes(ALICE);
        pending.record(ALICE, quota(99));
        assertThat(bytes(ALICE)).isEqualTo(99);
        pending.poll();
        pending.record(ALICE, quota(77));
        assertThat(bytes(ALICE)).isEqualTo(77);
        assertThat(view.known(ALICE).bytes()).isEqualTo(77);
    }

    @Test
    void whatComesIntoTheLedgerDuringTheQueryCounts() {
        source.bufferedBytes = true;
        Future<Mailbox> found = view.find(ALICE);
        pending.record(ALICE, quota(99));
        source.answerOne();
        assertThat(found.result().bytes()).isEqualTo(99);
    }

    @Test
    void anEventAloneMakesNoMailbox() {
        pending.record(NOBODY, quota(5));
        assertThat(view.find(NOBODY).result()).isNull();
        assertThat(view.known(NOBODY)).isNull();
    }

    @Test
    void aMissIsOneQueryHoweverManyAsk() {
        source.bufferedBytes = true;
        List<Future<Mailbox>> askers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            askers.add(view.find(ALICE));
        }
        source.answerOne();
        assertThat(source.queries).hasSize(1);
        assertThat(askers).allMatch(found -> found.result().bytes() == 10);
    }

    @Test
    void missesDuringAQueryAreGatheredIntoTheNext() {
        source.bufferedBytes = true;
        Future<Mailbox> first = view.find(ALICE);
        List<Future<Mailbox>> others = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            others.add(view.find(new MailAddress("user" + i + "@example.org")));
            view.find(ALICE);
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
        view.ask(ALICE);
        Future<Mailbox> bob = view.ask(BOB);
        assertThat(source.queries).isEmpty();
        view.start();
        assertThat(source.queries).hasSize(1);
        assertThat(bob.result().email()).isEqualTo(BOB);
    }

    /** However it is asked for in between: a change is noticed within the cache time. */
    @Test
    void aRowIsNeverOlderThanTheCacheTimeUnlessTheDatabaseIsAway() {
        bytes(ALICE);
        source.put(mailbox(ALICE.value(), 50, 100));
        source.bufferedBytes = true;
        time.advance(CACHE_TIME.minusMillis(1));
        assertThat(view.find(ALICE).result().bytes()).isEqualTo(10);
        time.advance(Duration.ofMillis(1));
        Future<Mailbox> anew = view.find(ALICE);
        assertThat(anew.isComplete()).isFalse();
        source.answerOne();
        assertThat(anew.result().bytes()).isEqualTo(50);
        source.bufferedBytes = false;
        source.down = true;
        time.advance(CACHE_TIME.multipliedBy(5));
        assertThat(view.find(ALICE).result().bytes()).isEqualTo(50);
    }

    @Test
    void anAgedRowAnswersAtOnceAndIsReadAnewBehindIt() {
        bytes(ALICE);
        source.put(mailbox(ALICE.value(), 50, 100));
        time.advance(CACHE_TIME.dividedBy(2));
        source.bufferedBytes = true;
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
        source.bufferedBytes = true;
        Future<Mailbox> found = view.find(ALICE);
        assertThat(found.isComplete()).isFalse();
        source.answerOne();
        assertThat(found.result().bytes()).isEqualTo(50);
    }

    @Test
    void ageCountsFromTheBeginOfTheQuery() {
        source.bufferedBytes = true;
        view.find(ALICE);
        time.advance(Duration.ofMillis(900));
        source.answerOne();
        time.advance(CACHE_TIME.minusMillis(900));
        view.find(ALICE);
        assertThat(source.queries).hasSize(2);
    }

    @Test
    void absenceIsRememberedForAShorterTime() {
        assertThat(view.find(NOBODY).result()).isNull();
        view.find(NOBODY);
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
        assertThat(view.find(BOB).cause()).isInstanceOf(UnavailableException.class);
        pending.record(ALICE, quota(99));
        assertThat(bytes(ALICE)).isEqualTo(99);
    }

    @Test
    void aFailedDatabaseIsLeftAloneForAMomentAndThenAskedAgain() {
        bytes(ALICE);
        source.down = true;
        view.find(BOB);
        view.find(NOBODY);
        time.advance(CACHE_TIME.multipliedBy(3));
        view.find(ALICE);
        int before = source.queries.size();
        for (int i = 0; i < 50; i++) {
            assertThat(view.find(BOB).failed()).isTrue();
            assertThat(bytes(ALICE)).isEqualTo(10);
        }
        assertThat(source.queries).hasSize(before);
        source.down = false;
        time.advance(CoalescingLoader.PAUSE);
        assertThat(bytes(BOB)).isEqualTo(20);
    }

    @Test
    void whatIsGatheredWhenAQueryFailsFailsWithIt() {
        source.bufferedBytes = true;
        view.find(ALICE);
        Future<Mailbox> gathered = view.find(BOB);
        source.down = true;
        source.answerOne();
        assertThat(gathered.cause()).isInstanceOf(UnavailableException.class);
        assertThat(source.queries).hasSize(1);
    }

    @Test
    void aHangingDatabaseIsNotWaitedForWhenSomethingIsKnown() {
        bytes(ALICE);
        time.advance(CACHE_TIME.multipliedBy(10));
        source.bufferedBytes = true;
        Future<Mailbox> known = view.find(ALICE);
        Future<Mailbox> unknown = view.find(BOB);
        time.advance(CoalescingLoader.TIMEOUT);
        assertThat(known.result().bytes()).isEqualTo(10);
        assertThat(view.find(ALICE).isComplete()).isTrue();
        assertThat(unknown.isComplete()).isFalse();
        source.put(mailbox(ALICE.value(), 50, 100));
        source.answerOne();
        source.answerOne();
        assertThat(bytes(ALICE)).isEqualTo(50);
        assertThat(unknown.result().bytes()).isEqualTo(20);
    }

    @Test
    void whatIsGatheredBehindAHangingQueryIsAnsweredFromMemoryWithinTheSameTime() {
        bytes(ALICE);
        bytes(BOB);
        time.advance(CACHE_TIME.multipliedBy(10));
        source.bufferedBytes = true;
        Future<Mailbox> first = view.find(ALICE);
        time.advance(CoalescingLoader.TIMEOUT.dividedBy(4));
        Future<Mailbox> gathered = view.find(BOB);
        Future<Mailbox> current = view.find(BOB);
        Future<Mailbox> unknown = view.find(NOBODY);
        time.advance(CoalescingLoader.TIMEOUT.minus(CoalescingLoader.TIMEOUT.dividedBy(4)));
        assertThat(List.of(
                        first.result().bytes(),
                        gathered.result().bytes(),
                        current.result().bytes()))
                .containsExactly(10L, 20L, 20L);
        assertThat(unknown.isComplete()).isFalse();
    }

    /** Each of two queries takes less than the limit, and both of them together more. */
    @Test
    void theTimeCountsFromTheQuestionAndNotFromTheQueryThatTakesItAlong() {
        bytes(ALICE);
        bytes(BOB);
        time.advance(CACHE_TIME.multipliedBy(10));
        source.bufferedBytes = true;
        view.find(ALICE);
        Future<Mailbox> gathered = view.find(BOB);
        time.advance(CoalescingLoader.TIMEOUT.minusMillis(1));
        source.answerOne();
        assertThat(gathered.isComplete()).isFalse();
        time.advance(Duration.ofMillis(1));
        assertThat(gathered.result().bytes()).isEqualTo(20);
        assertThat(view.isAway()).isFalse();
    }

    @Test
    void aQueryNeverOverwritesARowThatWasWrittenAfterItBegan() {
        source.bufferedBytes = true;
        Future<Mailbox> asker = view.find(ALICE);
        view.refreshed(List.of(ALICE), new MailboxRows(Map.of(ALICE, mailbox(ALICE.value(), 66, 100)), 0));
        assertThat(asker.result().bytes()).isEqualTo(66);
        source.queries.get(0).answer().complete(source.queries.get(0).asOfBegin());
        assertThat(bytes(ALICE)).isEqualTo(66);
        assertThat(source.queries).hasSize(1);
    }

    @Test
    void aWrittenRowAnswersThoseWhoWaitForTheNextQuery() {
        source.bufferedBytes = true;
        view.find(BOB);
        Future<Mailbox> waiting = view.find(ALICE);
        view.refreshed(List.of(ALICE), new MailboxRows(Map.of(ALICE, mailbox(ALICE.value(), 66, 100)), 0));
        assertThat(waiting.result().bytes()).isEqualTo(66);
        source.answerOne();
        assertThat(source.queries).hasSize(1);
    }

    @Test
    void aWriteThatFoundNoRowIsAnAbsence() {
        view.refreshed(List.of(NOBODY, ALICE), new MailboxRows(Map.of(ALICE, mailbox(ALICE.value(), 1, 2)), 0));
        assertThat(view.find(NOBODY).result()).isNull();
        assertThat(bytes(ALICE)).isEqualTo(1);
        assertThat(source.queries).isEmpty();
    }

    @Test
    void aSourceThatThrowsHasFailedAndIsAskedAgain() {
        source.thrown = new IllegalStateException("a bug");
        assertThat(view.find(ALICE).cause()).isInstanceOf(UnavailableException.class);
        source.thrown = null;
        time.advance(CoalescingLoader.PAUSE);
        assertThat(bytes(ALICE)).isEqualTo(10);
    }

    @Test
    void memoryIsBounded() {
        for (int i = 0; i < 20_000; i++) {
            view.find(new MailAddress("user" + i + "@example.org"));
        }
        assertThat(meters.get("postern.cached.mailboxes").gauge().value()).isLessThanOrEqualTo(1000);
    }

    @Test
    void waitingIsBounded() {
        source.bufferedBytes = true;
        for (int i = 0; i < CoalescingLoader.MAX_WAITING; i++) {
            view.find(new MailAddress("user" + i + "@example.org"));
        }
        assertThat(view.find(ALICE).cause()).isInstanceOf(UnavailableException.class);
        assertThat(view.find(new MailAddress("user7@example.org")).isComplete()).isFalse();
        assertThat(source.queries).hasSize(1);
    }

    /** Writes, reads, outages and time in any order: a lookup shows what was accepted, every increment once. */
    @Test
    void showsWhatWasAccepted() {
        Random random = SeededRandom.random();
        source.bufferedBytes = true;
        long accepted = source.table.get(ALICE).bytes();
        for (int step = 0; step < 20_000; step++) {
            switch (random.nextInt(8)) {
                case 0 -> {
                    accepted = step;
                    pending.record(ALICE, quota(accepted));
                }
                case 1, 2 -> {
                    accepted += step;
                    pending.record(ALICE, new MailboxChange(null, null, CounterChange.increment(step), null));
                }
                case 6 -> write();
                case 7 -> time.advance(Duration.ofSeconds(random.nextInt(30)));
                case 3 -> source.down = !source.down;
                case 4 -> answerSome(random);
                default -> {
                    Future<Mailbox> found = view.find(ALICE);
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
        } else if (!pending.isEmpty()) {
            commit();
        }
        committed = !committed && !pending.isEmpty();
    }

    private void commit() {
        Batch batch = pending.poll();
        source.batch = batch.number();
        batch.rows().forEach(row -> source.put(row.change().applyTo(source.table.get(row.email()))));
    }

    private void confirm() {
        pending.confirm();
        view.refreshed(List.of(ALICE), new MailboxRows(Map.of(ALICE, source.table.get(ALICE)), source.batch));
    }

    /** Answers a query with rows as they were when it began, or fails it. */
    private void answerSome(Random random) {
        for (FakeMailboxSource.SourceQuery query : List.copyOf(source.queries)) {
            if (!query.answer().future().isComplete()) {
                if (source.down || random.nextInt(4) == 0) {
                    query.answer().fail("down");
                } else {
                    query.answer().complete(query.asOfBegin());
                }
            }
        }
    }

    private Long bytes(MailAddress address) {
        return view.find(address).result().bytes();
    }

    private static MailboxChange quota(long bytes) {
        return new MailboxChange(null, null, CounterChange.set(bytes), null);
    }
}
