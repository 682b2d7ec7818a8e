package dev.postern.dovecot.dict;

import dev.postern.mailbox.Directory;
import dev.postern.model.Address;
import dev.postern.model.Batch;
import dev.postern.model.Mailbox;
import dev.postern.model.Rows;
import dev.postern.pending.Intake;
import dev.postern.pending.Ledger;
import dev.postern.relay.RelayWindows;
import dev.postern.testing.HearingPeer;
import dev.postern.testing.ManualTime;
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
    final Map<Address, Mailbox> table = new HashMap<>();
    final RelayWindows windows = new RelayWindows(Duration.ofMinutes(1), List.of(), 100);
    final Deque<Promise<Rows>> questions = new ArrayDeque<>();
    boolean sourceHangs;
    boolean sourceDown;

    private final Ledger ledger;
    private final Intake intake;
    private final Directory directory;
    private final List<DictSession> sessions = new ArrayList<>();
    private long committed;

    DictFixture() {
        this(1000, 512);
    }

    DictFixture(int maxAddresses, int maxRows) {
        ledger = new Ledger(maxAddresses, maxRows, 1, time);
        intake = new Intake(ledger, windows, time);
        directory = new Directory(ledger, this::load, 1000, Duration.ofMinutes(1), time, time, meters);
        intake.listen(new Intake.Listener() {
            @Override
            public void settled(long upTo) {
                sessions.forEach(session -> session.settled(upTo));
            }

            @Override
            public void stalled() {
                sessions.forEach(DictSession::stalled);
            }
        });
    }

    DictFixture with(String user, Long bytes, Long messages) {
        Address address = new Address(user);
        table.put(address, new Mailbox(address, true, null, null, bytes, messages, 0, 0));
        return this;
    }

    Mailbox row(String user) {
        return table.get(new Address(user));
    }

    Wire connect() {
        return new Wire();
    }

    /** Everything that waits, into the table. */
    void flush() {
        while (flushOne()) {
            // Until nothing waits.
        }
    }

    boolean flushOne() {
        Batch batch = ledger.take();
        if (batch == null) {
            return false;
        }
        committed = batch.number();
        batch.rows()
                .forEach(row -> table.computeIfPresent(
                        row.email(), (email, mailbox) -> row.change().applyTo(mailbox)));
        ledger.confirm();
        List<Address> asked = batch.rows().stream().map(Batch.Row::email).toList();
        directory.refreshed(asked, rows(asked));
        intake.flushed();
        return true;
    }

    /** Everything that waits, onto the disk. */
    void save() {
        intake.saved(ledger.lastEvent());
    }

    void stall() {
        intake.stall();
    }

    private Future<Rows> load(Collection<Address> addresses) {
        if (sourceDown) {
            return Future.failedFuture("down");
        }
        if (sourceHangs) {
            Promise<Rows> question = Promise.promise();
            questions.add(question);
            return question.future();
        }
        return Future.succeededFuture(rows(addresses));
    }

    Rows rows(Collection<Address> addresses) {
        Map<Address, Mailbox> found = new HashMap<>();
        addresses.forEach(address -> table.computeIfPresent(address, (email, row) -> {
            found.put(email, row);
            return row;
        }));
        return new Rows(found, committed);
    }

    /** One peer's end of the wire. */
    final class Wire extends HearingPeer {
        final DictSession session;

        private Wire() {
            DictMeters counted = new DictMeters(meters);
            session = new DictSession(
                    this,
                    new Commits(intake, directory, counted),
                    new Lookups(directory, time, counted),
                    time,
                    counted);
            sessions.add(session);
        }

        Wire greeted() {
            return send(HELLO);
        }

        Wire send(String text) {
            session.read(text.getBytes(StandardCharsets.UTF_8));
            return this;
        }

        Wire lines(String... lines) {
            return send(String.join("\n", lines) + "\n");
        }
    }
}
