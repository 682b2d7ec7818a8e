package dev.postern.database;

import dev.postern.journal.Journaling;
import dev.postern.journal.Opening;
import dev.postern.mailbox.Directory;
import dev.postern.model.Address;
import dev.postern.model.Batch;
import dev.postern.model.Mailbox;
import dev.postern.model.Rows;
import dev.postern.model.Timers;
import dev.postern.pending.Intake;
import dev.postern.pending.Ledger;
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
final class Life {

    static final Duration WINDOW = Duration.ofMinutes(1);

    /** Lookups that have been sent. */
    private record Asked(Collection<Address> addresses, Promise<Rows> answer) {}

    private final ModelMysql mysql;
    private final String agent;
    private final RelayWindows windows = new RelayWindows(WINDOW, List.of(), 100);
    private final Deque<Runnable> loop = new ArrayDeque<>();
    private final Deque<Asked> asked = new ArrayDeque<>();
    private final Ledger ledger;
    private final Intake intake;
    private final ModelLink link;
    private final Directory directory;
    private final Flusher flusher;
    private final ModelDisk disk;
    private final Journaling journaling;
    private Rows seen;
    private boolean over;

    /** Begins without a journal. */
    Life(ModelMysql mysql, ManualTime time, Random random, String agent, long firstBatch) {
        this(mysql, time, random, agent, firstBatch, List.of(), null);
    }

    /** Begins with what an earlier life has left. */
    Life(ModelMysql mysql, ManualTime time, Random random, Opening.Opened opened, Path directory) {
        this(
                mysql,
                time,
                random,
                opened.agent().toString(),
                opened.firstBatch(),
                opened.batches(),
                new ModelDisk(opened.journal(), directory));
    }

    private Life(
            ModelMysql mysql,
            ManualTime time,
            Random random,
            String agent,
            long firstBatch,
            List<Batch> restored,
            ModelDisk disk) {
        this.mysql = mysql;
        this.agent = agent;
        this.disk = disk;
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Timers timers = (delay, action) -> time.after(delay, () -> run(action));
        ledger = new Ledger(3 + random.nextInt(6), 1 + random.nextInt(4), firstBatch, time);
        intake = new Intake(ledger, windows, time);
        restored.forEach(intake::restore);
        long restoredBatch =
                restored.isEmpty() ? 0 : restored.get(restored.size() - 1).number();
        link = new ModelLink(mysql);
        directory = new Directory(ledger, this::load, 3, Duration.ofSeconds(10), time, timers, meters);
        flusher = new Flusher(
                loop::add,
                timers,
                ledger,
                intake,
                new BatchWriter(link, agent, restoredBatch, new Refusals(meters)),
                directory::refreshed,
                new Availability("a model", meters),
                new Backoff(random),
                meters);
        journaling = disk == null ? null : new Journaling(ledger, intake, disk, timers, restoredBatch);
        intake.onArrival(this::arrived);
        flusher.wake();
    }

    Intake intake() {
        return intake;
    }

    RelayWindows windows() {
        return windows;
    }

    ModelLink link() {
        return link;
    }

    /** Null when there is no journal. */
    ModelDisk disk() {
        return disk;
    }

    Future<Mailbox> lookup(Address user) {
        return directory.find(user);
    }

    Future<Void> save() {
        return journaling.save();
    }

    Future<Void> drain() {
        return flusher.drain();
    }

    /** The row as the ledger has it over what MySQL has committed. */
    Mailbox overlaid(Address user) {
        var change = ledger.since(user, mysql.checkpoint(agent));
        return change == null ? mysql.row(user) : change.applyTo(mysql.row(user));
    }

    /** Whether nothing is left to be done. */
    boolean isIdle() {
        return ledger.isEmpty()
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
            Rows rows = seen;
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
        if (journaling != null) {
            journaling.wake();
        }
    }

    private Future<Rows> load(Collection<Address> addresses) {
        Asked query = new Asked(List.copyOf(addresses), Promise.promise());
        asked.add(query);
        return query.answer().future();
    }

    private void run(Runnable action) {
        if (!over) {
            action.run();
        }
    }
}
