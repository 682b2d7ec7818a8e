package dev.postern.dovecot.dict;

import dev.postern.mailbox.MailboxView;
import dev.postern.model.Batch;
import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.model.MailboxRows;
import dev.postern.pending.EventIntake;
import dev.postern.pending.PendingChanges;
import dev.postern.relay.RelayWindows;
import dev.postern.testing.ManualTime;
import dev.postern.testing.RecordingPeer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sessions over everything behind them but the database, which is a map. */
final class DictFixture {

    static final String HELLO = "H3\t2\t0\t\tquotadict\n";

    final ManualTime time = new ManualTime();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Map<MailAddress, Mailbox> table = new HashMap<>();
    final RelayWindows windows = new RelayWindows(Duration.ofMinutes(1), List.of(), 100);
    final Deque<Promise<MailboxRows>> questions = new ArrayDeque<>();
    boolean sourceHangs;
    boolean sourceDown;

    private final PendingChanges pending;
    private final EventIntake intake;
    private final MailboxView view;
    private final IncrementingRoot root = new IncrementingRoot();
    private final List<DictSession> sessions = new ArrayList<>();
    private long committed;

    DictFixture() {
        this(1000, 512);
    }

    DictFixture(int maxAddresses, int maxRows) {
        pending = new PendingChanges(maxAddresses, maxRows, 1, time);
        intake = new EventIntake(pending, windows, time);
        view = new MailboxView(pending, this::load, 1000, Duration.ofMinutes(1), time, time, meters);
        intake.listen(new EventIntake.DurabilityListener() {
            @Override
            public void durable(long upTo) {
                sessions.forEach(session -> session.settled(upTo));
            }

            @Override
            public void stalled() {
                sessions.forEach(DictSession::stalled);
            }
        });
    }

    DictFixture with(String user, Long bytes, Long messages) {
        MailAddress address = new MailAddress(user);
        table.put(address, new Mailbox(address, true, null, null, bytes, messages, 0, 0));
        return this;
    }

    Mailbox row(String user) {
        return table.get(new MailAddress(user));
    }

    DictClientPeer connect() {
        return new DictClientPeer();
    }

    /** Everything that waits, into the table. */
    void flush() {
        while (flushOne()) {
            // Until nothing waits.
        }
    }

    boolean flushOne() {
        Batch batch = pending.poll();
        if (batch == null) {
            return false;
        }
        committed = batch.number();
        batch.rows()
                .forEach(row -> table.computeIfPresent(
                        row.email(), (email, mailbox) -> row.change().applyTo(mailbox)));
        pending.confirm();
        List<MailAddress> asked =
                batch.rows().stream().map(Batch.RowChange::email).toList();
        view.refreshed(asked, rows(asked));
        intake.flushed();
        return true;
    }

    /** Everything that waits, onto the disk. */
    void save() {
        intake.journaled(pending.lastEvent());
    }

    void stall() {
        intake.databaseUnavailable();
    }

    private Future<MailboxRows> load(Collection<MailAddress> addresses) {
        if (sourceDown) {
            return Future.failedFuture("down");
        }
        if (sourceHangs) {
            Promise<MailboxRows> question = Promise.promise();
            questions.add(question);
            return question.future();
        }
        return Future.succeededFuture(rows(addresses));
    }

    MailboxRows rows(Collection<MailAddress> addresses) {
        Map<MailAddress, Mailbox> found = new HashMap<>();
        addresses.forEach(address -> table.computeIfPresent(address, (email, row) -> {
            found.put(email, row);
            return row;
        }));
        return new MailboxRows(found, committed);
    }

    /** One peer's end of the wire. */
    final class DictClientPeer extends RecordingPeer {
        final DictSession session;

        private DictClientPeer() {
            DictMetrics counted = new DictMetrics(meters);
            session = new DictSession(
                    this,
                    new DictCommits(intake, view, counted),
                    new DictLookups(view, time, counted),
                    root,
                    time,
                    counted);
            sessions.add(session);
        }

        DictClientPeer greeted() {
            return send(HELLO);
        }

        DictClientPeer send(String text) {
            session.read(text.getBytes(StandardCharsets.UTF_8));
            return this;
        }

        DictClientPeer lines(String... lines) {
            return send(String.join("\n", lines) + "\n");
        }
    }
}
