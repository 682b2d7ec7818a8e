package dev.postern.database;

import dev.postern.journal.JournalWriter;
import dev.postern.journal.OpenResult;
import dev.postern.mailbox.MailboxView;
import dev.postern.model.Batch;
import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.model.MailboxRows;
import dev.postern.model.Timers;
import dev.postern.pending.EventIntake;
import dev.postern.pending.PendingChanges;
import dev.postern.relay.RelayWindows;
import dev.postern.testing.ManualTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** The agent from a start to its end, wired as {@code Agent} does it, with nothing happening by itself. */
final class SimulatedAgent {

    static final Duration WINDOW = Duration.ofMinutes(1);

    /** Lookups that have been sent. */
    private record PendingQuery(Collection<MailAddress> addresses, Promise<MailboxRows> answer) {}

    private final ModelMysql mysql;
    private final String agent;
    private final RelayWindows windows = new RelayWindows(WINDOW, List.of(), 100);
    private final Deque<Runnable> loop = new ArrayDeque<>();
    private final Deque<PendingQuery> asked = new ArrayDeque<>();
    private final PendingChanges pending;
    private final EventIntake intake;
    private final ModelConnection link;
    private final MailboxView view;
    private final Flusher flusher;
    private final ModelJournal disk;
    private final JournalWriter journalWriter;
    private MailboxRows seen;
    private boolean over;

    /** Begins without a journal. */
    SimulatedAgent(ModelMysql mysql, ManualTime time, Random random, String agent, long firstBatch) {
        this(mysql, time, random, agent, firstBatch, List.of(), null);
    }

    /** Begins with what a previous run has left. */
    SimulatedAgent(ModelMysql mysql, ManualTime time, Random random, OpenResult.OpenedJournal opened, Path directory) {
        this(
                mysql,
                time,
                random,
                opened.agent().toString(),
                opened.firstBatch(),
                opened.batches(),
                new ModelJournal(opened.journal(), directory));
    }

    private SimulatedAgent(
            ModelMysql mysql,
            ManualTime time,
            Random random,
            String agent,
            long firstBatch,
            List<Batch> restored,
            ModelJournal disk) {
        this.mysql = mysql;
        this.agent = agent;
        this.disk = disk;
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Timers timers = (delay, action) -> time.after(delay, () -> run(action));
        pending = new PendingChanges(3 + random.nextInt(6), 1 + random.nextInt(4), firstBatch, time);
        intake = new EventIntake(pending, windows, time);
        restored.forEach(intake::restore);
        long restoredBatch =
                restored.isEmpty() ? 0 : restored.get(restored.size() - 1).number();
        link = new ModelConnection(mysql, random.nextBoolean() ? Sql.MAX_ROWS : 1 + random.nextInt(2));
        view = new MailboxView(pending, this::load, 3, Duration.ofSeconds(10), time, timers, meters);
        flusher = new Flusher(
                loop::add,
                timers,
                pending,
                intake,
                new BatchWriter(link, agent, restoredBatch, new RejectedRowLog(meters)),
                view::refreshed,
                new Availability("a model", meters),
                new Backoff(random),
                meters);
        journalWriter = disk == null ? null : new JournalWriter(pending, intake, disk, timers, restoredBatch);
        intake.onAccepted(this::arrived);
        flusher.wake();
    }

    EventIntake intake() {
        return intake;
    }

    RelayWindows windows() {
        return windows;
    }

    ModelConnection link() {
        return link;
    }

    /** Null without a journal. */
    ModelJournal disk() {
        return disk;
    }

    Future<Mailbox> lookup(MailAddress address) {
        return view.find(address);
    }

    Future<Void> save() {
        return journalWriter.save();
    }

    Future<Void> drain() {
        return flusher.drain();
    }

    /** The row as pending changes over what MySQL has committed. */
    Mailbox overlaid(MailAddress address) {
        var change = pending.since(address, mysql.checkpoint(agent));
        return change == null ? mysql.row(address) : change.applyTo(mysql.row(address));
    }

    /** Whether nothing is left to be done. */
    boolean isIdle() {
        return pending.isEmpty()
                && loop.isEmpty()
                && asked.isEmpty()
                && !link.isWaiting()
                && (disk == null || !disk.isWaiting());
    }

    /** Runs what has been put off; whether there was anything. */
    boolean runLoop() {
        int tasks = loop.size();
        for (int i = 0; i < tasks; i++) {
            run(loop.remove());
        }
        return tasks > 0;
    }

    /** A query gets one step further: it is done, then it is answered. */
    boolean serveLookups(boolean fails) {
        if (asked.isEmpty()) {
            return false;
        }
        if (fails) {
            seen = null;
            asked.remove().answer().fail("away");
        } else if (seen == null) {
            seen = mysql.read(agent, asked.element().addresses());
        } else {
            MailboxRows rows = seen;
            seen = null;
            asked.remove().answer().complete(rows);
        }
        return true;
    }

    /** Nothing of it moves any more. */
    void end() {
        over = true;
    }

    private void arrived(boolean awaited) {
        flusher.wake(awaited);
        if (journalWriter != null) {
            journalWriter.wake();
        }
    }

    private Future<MailboxRows> load(Collection<MailAddress> addresses) {
        PendingQuery query = new PendingQuery(List.copyOf(addresses), Promise.promise());
        asked.add(query);
        return query.answer().future();
    }

    private void run(Runnable action) {
        if (!over) {
            action.run();
        }
    }
}
