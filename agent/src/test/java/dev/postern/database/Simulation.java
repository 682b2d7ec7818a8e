package dev.postern.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.journal.Journal;
import dev.postern.journal.OpenResult;
import dev.postern.model.Batch;
import dev.postern.model.Event;
import dev.postern.model.IpAddress;
import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.pending.EventIntake;
import dev.postern.testing.ManualTime;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Peers that send events, an agent that lives and dies, MySQL and a disk that work or do not; and at each step, whether
 * what was promised holds.
 */
final class Simulation {

    private static final List<MailAddress> MAILBOXES = Stream.of("ann", "bob", "eve", "joe")
            .map(name -> new MailAddress(name + "@example.org"))
            .toList();

    private static final MailAddress NOBODY = new MailAddress("nobody@example.org");

    private static final List<Duration> PAUSES = List.of(
            Duration.ofMillis(1),
            Duration.ofMillis(20),
            Duration.ofMillis(200),
            Duration.ofSeconds(1),
            Duration.ofSeconds(6));

    /** More than it takes for whatever is left to come to an end. */
    private static final int TIMEOUT = 500;

    private record PendingAnswer(long number, ExpectedMailbox.ExpectedEvent fact) {}

    private final Random random;
    private final Path directory;
    private final StepTrace trace;
    private final RandomEvents events;
    private final FaultSchedule faults;
    private final ManualTime time = new ManualTime();
    private final ModelMysql mysql = new ModelMysql(MAILBOXES);
    private final Map<MailAddress, ExpectedMailbox> facts = new HashMap<>();
    private final Deque<PendingAnswer> owed = new ArrayDeque<>();
    private final List<AssertionError> wrong = new ArrayList<>();
    private SimulatedAgent life;
    private boolean lateCommit;
    private boolean staleCache;

    /**
     * A world at its beginning.
     *
     * @param directory of the journal, null = without one
     * @param trace takes what happens
     */
    Simulation(Random random, Path directory, StepTrace trace) {
        this.random = random;
        this.directory = directory;
        this.trace = trace;
        this.faults = new FaultSchedule(random);
        this.events = new RandomEvents(random, time, MAILBOXES, NOBODY);
        MAILBOXES.forEach(address -> facts.put(address, new ExpectedMailbox(mysql.row(address))));
        begin();
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step(random.nextInt(100));
            check();
        }
        comeToRest();
        for (MailAddress address : MAILBOXES) {
            facts.get(address).expect(mysql.row(address), "in the end MySQL");
        }
        assertThat(owed).as("answers owed in the end").isEmpty();
    }

    private void step(int dice) {
        if (dice < 32) {
            tell(events.next());
        } else if (dice < 44) {
            life.runLoop();
        } else if (dice < 68) {
            serveMysql();
        } else if (dice < 76) {
            serveDisk();
        } else if (dice < 81) {
            lookUp();
        } else if (dice < 86) {
            life.serveLookups(faults.isUnanswered());
        } else if (dice < 93) {
            pass(PAUSES.get(random.nextInt(PAUSES.size())));
        } else if (dice < 96) {
            faults.change();
            trace.note(faults);
        } else if (dice < 98) {
            settle();
        } else {
            end();
        }
    }

    private void tell(Event event) {
        ExpectedMailbox known = facts.get(event.address());
        boolean isRefused = life.intake().isStalled() && RandomEvents.isIncrement(event);
        if (isRefused || (known != null && !known.hasRoom())) {
            return;
        }
        long number = life.intake().accept(event, random.nextBoolean());
        trace.note("event", number, event);
        if (number == EventIntake.REFUSED) {
            return;
        }
        ExpectedMailbox.ExpectedEvent fact = known == null ? null : known.add(event);
        if (fact != null && !life.intake().isStalled()) {
            owed.add(new PendingAnswer(number, fact));
        }
    }

    private void serveMysql() {
        ModelConnection link = life.link();
        if (!link.isWaiting() || (link.isBlocked() && random.nextBoolean())) {
            return;
        }
        ModelConnection.StatementFate fate = faults.ofStatement();
        trace.note("mysql:", link.next(), fate, link.isBlocked() ? "and blocked" : "");
        link.decide(fate);
    }

    private void serveDisk() {
        if (life.disk() != null && life.disk().isWaiting()) {
            ModelJournal.WriteFate fate = faults.ofGroup();
            trace.note("disk:", fate);
            life.disk().decide(fate);
        }
    }

    private void lookUp() {
        MailAddress address = random.nextInt(8) == 0 ? NOBODY : MAILBOXES.get(random.nextInt(MAILBOXES.size()));
        SimulatedAgent asked = life;
        life.lookup(address).onSuccess(found -> {
            if (asked == life && !staleCache) {
                compare(address, found);
            }
        });
    }

    private void compare(MailAddress address, Mailbox found) {
        try {
            if (facts.containsKey(address)) {
                facts.get(address).expect(found, "a lookup");
            } else {
                assertThat(found).isNull();
            }
        } catch (AssertionError e) {
            wrong.add(e);
        }
    }

    private void settle() {
        if (mysql.settle()) {
            trace.note("mysql: what lingered has ended");
            lateCommit = false;
        }
    }

    private void end() {
        boolean inPeace = random.nextInt(4) == 0 && (life.disk() != null ? isSaved() : isDrained());
        if (inPeace) {
            facts.values().forEach(ExpectedMailbox::acknowledgeAll);
        }
        life.end();
        life.link()
                .crash(
                        random.nextBoolean()
                                ? ModelConnection.StatementFate.UNANSWERED
                                : ModelConnection.StatementFate.ANSWERED);
        if (life.disk() != null && inPeace) {
            life.disk().close();
        } else if (life.disk() != null) {
            life.disk().crash(random);
        }
        owed.clear();
        // What would be done later still differs from the rest by its number alone, which the oracle does not
        // keep.
        mysql.forgetLate();
        trace.note(inPeace ? "stopped" : "killed");
        pass(Duration.ofSeconds(1));
        if (random.nextBoolean()) {
            settle();
        }
        begin();
    }

    /** Whether the disk takes everything before the end. */
    private boolean isSaved() {
        Future<Void> saved = life.save();
        for (int i = 0; i < 5 && !saved.isComplete(); i++) {
            serveDisk();
        }
        return saved.succeeded();
    }

    /** Whether MySQL does. */
    private boolean isDrained() {
        Future<Void> drained = life.drain();
        for (int i = 0; i < 30 && !drained.isComplete(); i++) {
            life.runLoop();
            serveMysql();
        }
        return drained.succeeded();
    }

    private void begin() {
        List<Batch> restored = List.of();
        String agent = "host";
        if (directory == null) {
            life = new SimulatedAgent(
                    mysql, time, random, agent, ChronoUnit.MICROS.between(Instant.EPOCH, time.instant()));
        } else {
            OpenResult.OpenedJournal opened = (OpenResult.OpenedJournal) Journal.open(directory);
            restored = opened.batches();
            agent = opened.agent().toString();
            life = new SimulatedAgent(mysql, time, random, opened, directory);
            trace.note("started with", restored);
        }
        life.intake().listen(new AnsweredPeers());
        for (MailAddress address : MAILBOXES) {
            facts.get(address).survived(survivor(address, restored, mysql.settledCheckpoint(agent)));
        }
        lateCommit = mysql.commitLingers();
        staleCache = lateCommit;
        remember();
    }

    /** What is left of a mailbox: the row, and what the journal has beyond it. */
    private Mailbox survivor(MailAddress address, List<Batch> restored, long checkpoint) {
        Mailbox row = mysql.settledRow(address);
        for (Batch batch : restored) {
            for (Batch.RowChange changed : batch.rows()) {
                boolean counts = batch.number() > checkpoint && changed.email().equals(address);
                row = counts ? changed.change().applyTo(row) : row;
            }
        }
        return row;
    }

    /** As the agent does it after a start; then the windows of the last logins are open. */
    private void remember() {
        Instant since = time.instant().minus(SimulatedAgent.WINDOW);
        for (MailAddress address : MAILBOXES) {
            Mailbox row = mysql.row(address);
            if (row.lasttime() != null && row.lasttime().isAfter(since)) {
                life.windows().onLogin(Event.Login.restored(address, row.lastip(), row.lasttime()), time.instant());
            }
        }
        for (MailAddress address : MAILBOXES) {
            IpAddress open = facts.get(address).lastLoginAfter(since);
            if (open != null && !lateCommit) {
                assertThat(life.windows().addresses(open, time.instant())).contains(address);
            }
        }
    }

    private void check() {
        for (AssertionError error : wrong) {
            throw error;
        }
        if (!lateCommit) {
            MAILBOXES.forEach(
                    address -> facts.get(address).expect(life.overlaid(address), "pending changes over MySQL"));
        }
    }

    /** From now on all is well, and it must not take anything else for everything to come to its end. */
    private void comeToRest() {
        trace.note("all is well");
        settle();
        for (int i = 0; i < TIMEOUT && !(life.isIdle() && owed.isEmpty()); i++) {
            settle();
            life.runLoop();
            if (life.link().isWaiting()) {
                life.link().decide(ModelConnection.StatementFate.ANSWERED);
            }
            if (life.disk() != null && life.disk().isWaiting()) {
                life.disk().decide(ModelJournal.WriteFate.ON_DISK);
            }
            life.serveLookups(false);
            time.advance(Duration.ofMillis(100));
            check();
        }
        assertThat(life.isIdle()).as("everything has come to its end").isTrue();
    }

    void close() {
        if (life.disk() != null) {
            life.disk().close();
        }
    }

    private void pass(Duration pause) {
        trace.note(pause, "later");
        time.advance(pause);
    }

    /** The peers that wait for answers. */
    private final class AnsweredPeers implements EventIntake.DurabilityListener {

        @Override
        public void durable(long upTo) {
            while (!owed.isEmpty() && owed.element().number() <= upTo) {
                owed.remove().fact().acknowledge();
            }
            trace.note("settled up to", upTo);
        }

        @Override
        public void stalled() {
            owed.clear();
            trace.note("stalled");
        }
    }
}
