package dev.postern.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.Batch;
import dev.postern.model.CounterChange;
import dev.postern.model.Event;
import dev.postern.model.IpAddress;
import dev.postern.model.MailAddress;
import dev.postern.model.MailboxRows;
import dev.postern.pending.EventIntake;
import dev.postern.pending.PendingChanges;
import dev.postern.relay.RelayWindows;
import dev.postern.testing.ManualTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the database is asked for nothing but whether it is there, and what follows from the answer. */
class FlusherTest {

    private static final MailAddress ALICE = new MailAddress("alice@example.org");

    private final ManualTime time = new ManualTime();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final PendingChanges pending = new PendingChanges(10, 10, 1, time);
    private final EventIntake intake =
            new EventIntake(pending, new RelayWindows(Duration.ofMinutes(1), List.of(), 10), time);
    private final FakeSink database = new FakeSink();
    private final Flusher flusher = new Flusher(
            Runnable::run,
            time,
            pending,
            intake,
            database,
            (asked, rows) -> {},
            new Availability("db", meters),
            new Backoff(new Random(1)),
            meters);

    /** Answers when the test wants it to. */
    private static final class FakeSink implements BatchSink {
        final List<Promise<Void>> checks = new ArrayList<>();
        final List<Batch> written = new ArrayList<>();
        Future<MailboxRows> answer = Future.succeededFuture(new MailboxRows(Map.of(), 0));

        @Override
        public Future<MailboxRows> write(Batch batch) {
            written.add(batch);
            return answer;
        }

        @Override
        public Future<Void> check() {
            checks.add(Promise.promise());
            return checks.get(checks.size() - 1).future();
        }
    }

    @BeforeEach
    void watch() {
        intake.onAccepted(flusher::wake);
        flusher.watch();
    }

    @Test
    void isDownBeforeAnyEventHasFoundItSo() {
        fail(0);
        assertThat(up()).isZero();
        assertThat(intake.isDatabaseAway()).isTrue();
        time.advance(Flusher.SILENCE);
        succeed(1);
        assertThat(up()).isEqualTo(1);
        assertThat(intake.isDatabaseAway()).isFalse();
    }

    @Test
    void noBatchLeavesWhileItIsAsked() {
        tell();
        assertThat(database.written).isEmpty();
        succeed(0);
        assertThat(database.written).hasSize(1);
    }

    @Test
    void aBatchIsTriedAlthoughItSeemsDown() {
        tell();
        fail(0);
        assertThat(database.written).hasSize(1);
        assertThat(up()).isEqualTo(1);
        assertThat(intake.isDatabaseAway()).isFalse();
    }

    @Test
    void itIsNotAskedWhenABatchHasJustTold() {
        succeed(0);
        tell();
        time.advance(Flusher.SILENCE);
        assertThat(database.checks).hasSize(1);
        time.advance(Flusher.SILENCE);
        assertThat(database.checks).hasSize(2);
    }

    @Test
    void itIsNotAskedWhileABatchWaits() {
        succeed(0);
        database.answer = Future.failedFuture(new ConnectException("refused"));
        tell();
        for (int i = 0; i < 10; i++) {
            time.advance(Flusher.SILENCE);
        }
        assertThat(database.checks).hasSize(1);
        assertThat(database.written).hasSizeGreaterThan(5);
        assertThat(up()).isZero();
    }

    @Test
    void whatHasComeMeanwhileIsWrittenBeforeTheEnd() {
        tell();
        Future<Void> drained = flusher.drain();
        assertThat(drained.isComplete()).isFalse();
        succeed(0);
        assertThat(drained.succeeded()).isTrue();
    }

    @Test
    void whatNobodyWaitsForIsWrittenALittleLaterTogether() {
        succeed(0);
        time.advance(Duration.ofMillis(1));
        login("alice");
        time.advance(Flusher.LINGER.minusMillis(1));
        login("bob");
        assertThat(database.written).isEmpty();
        time.advance(Duration.ofMillis(1));
        assertThat(database.written)
                .singleElement()
                .satisfies(batch -> assertThat(batch.rows()).hasSize(2));
    }

    @Test
    void whatSomebodyWaitsForTakesItAlong() {
        succeed(0);
        login("bob");
        tell();
        assertThat(database.written)
                .singleElement()
                .satisfies(batch -> assertThat(batch.rows()).hasSize(2));
        login("carol");
        time.advance(Flusher.LINGER);
        assertThat(database.written).hasSize(2);
    }

    private void login(String user) {
        MailAddress address = new MailAddress(user + "@example.org");
        intake.accept(new Event.Login(address, IpAddress.parse("192.0.2.7"), "imap", time.instant()), false);
    }

    private void tell() {
        intake.accept(new Event.QuotaUpdate(ALICE, CounterChange.set(1), null));
    }

    private void succeed(int check) {
        database.checks.get(check).complete();
    }

    private void fail(int check) {
        database.checks.get(check).fail(new ConnectException("refused"));
    }

    private double up() {
        return meters.get("postern.mysql.up").gauge().value();
    }
}
