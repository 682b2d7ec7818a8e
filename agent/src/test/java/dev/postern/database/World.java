package dev.postern.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.journal.Journal;
import dev.postern.journal.Opening;
import dev.postern.model.Address;
import dev.postern.model.Batch;
import dev.postern.model.Event;
import dev.postern.model.Ip;
import dev.postern.model.Mailbox;
import dev.postern.pending.Intake;
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
 * Peers that tell events, an agent that lives and dies, MySQL and a disk that work or do not; and at each step, whether what was
 * promised holds.
 */
final class World {

    private static final List<Address> MAILBOXES = Stream.of("ann", "bob", "eve", "joe")
            .map(name -> new Address(name + "@example.org"))
            .toList();

    private static final Address NOBODY = new Address("nobody@example.org");

    private static final List<Duration> PAUSES = List.of(
            Duration.ofMillis(1),
            Duration.ofMillis(20),
            Duration.ofMillis(200),
            Duration.ofSeconds(1),
            Duration.ofSeconds(6));

    /** More than it takes for whatever is left to come to an end. */
    private static final int PATIENCE = 500;

    private record Owed(long number, Facts.Fact fact) {}

    private final Random random;
    private final Path directory;
    private final Trace trace;
    private final RandomEvents events;
    private final Weather weather;
    private final ManualTime time = new ManualTime();
    private final ModelMysql mysql = new ModelMysql(MAILBOXES);
    private final Map<Address, Facts> facts = new HashMap<>();
    private final Deque<Owed> owed = new ArrayDeque<>();
    private final List<AssertionError> wrong = new ArrayList<>();
    private Life life;
    private boolean lateCommit;
    private boolean staleCache;

    /**
     * A world at its beginning.
     *
     * @param directory of the journal, null = without one
     * @param trace takes what happens
     */
    World(Random random, Path directory, Trace trace) {
        this.random = random;
        this.directory = directory;
        this.trace = trace;
        this.weather = new Weather(random);
        this.events = new RandomEvents(random, time, MAILBOXES, NOBODY);
        MAILBOXES.forEach(user -> facts.put(user, new Facts(mysql.row(user))));
        begin();
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step(random.nextInt(100));
            check();
        }
        comeToRest();
        for (Address user : MAILBOXES) {
            facts.get(user).expect(mysql.row(user), "in the end MySQL");
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
            life.serveLookups(weather.isUnanswered());
        } else if (dice < 93) {
            pass(PAUSES.get(random.nextInt(PAUSES.size())));
        } else if (dice < 96) {
            weather.change();
            trace.note(weather);
        } else if (dice < 98) {
            settle();
        } else {
            end();
        }
    }

    private void tell(Event event) {
        Facts known = facts.get(event.user());
        boolean isRefused = life.intake().isStalled() && RandomEvents.isIncrement(event);
        if (isRefused || (known != null && !known.hasRoom())) {
            return;
        }
        long number = life.intake().accept(event, random.nextBoolean());
        trace.note("event", number, event);
        if (number == Intake.REFUSED) {
            return;
        }
        Facts.Fact fact = known == null ? null : known.add(event);
        if (fact != null && !life.intake().isStalled()) {
            owed.add(new Owed(number, fact));
        }
    }

    private void serveMysql() {
        ModelLink link = life.link();
        if (!link.isWaiting() || (link.isBlocked() && random.nextBoolean())) {
            return;
        }
        ModelLink.Fate fate = weather.ofStatement();
        trace.note("mysql:", link.next(), fate, link.isBlocked() ? "and blocked" : "");
        link.decide(fate);
    }

    private void serveDisk() {
        if (life.disk() != null && life.disk().isWaiting()) {
            ModelDisk.Fate fate = weather.ofGroup();
            trace.note("disk:", fate);
            life.disk().decide(fate);
        }
    }

    private void lookUp() {
        Address user = random.nextInt(8) == 0 ? NOBODY : MAILBOXES.get(random.nextInt(MAILBOXES.size()));
        Life asked = life;
        life.lookup(user).onSuccess(found -> {
            if (asked == life && !staleCache) {
                compare(user, found);
            }
        });
    }

    private void compare(Address user, Mailbox found) {
        try {
            if (facts.containsKey(user)) {
                facts.get(user).expect(found, "a lookup");
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
            facts.values().forEach(Facts::acknowledgeAll);
        }
        life.end();
        life.link().crash(random.nextBoolean() ? ModelLink.Fate.UNANSWERED : ModelLink.Fate.ANSWERED);
        if (life.disk() != null && inPeace) {
            life.disk().close();
        } else if (life.disk() != null) {
            life.disk().crash(random);
        }
        owed.clear();
        // What would be done later still could be told from the rest by its number alone, which the oracle does not
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
            life = new Life(mysql, time, random, agent, ChronoUnit.MICROS.between(Instant.EPOCH, time.instant()));
        } else {
            Opening.Opened opened = (Opening.Opened) Journal.open(directory);
            restored = opened.batches();
            agent = opened.agent().toString();
            life = new Life(mysql, time, random, opened, directory);
            trace.note("started with", restored);
        }
        life.intake().listen(new Peers());
        for (Address user : MAILBOXES) {
            facts.get(user).survived(survivor(user, restored, mysql.settledCheckpoint(agent)));
        }
        lateCommit = mysql.commitLingers();
        staleCache = lateCommit;
        remember();
    }

    /** What is left of a mailbox: the row, and what the journal has beyond it. */
    private Mailbox survivor(Address user, List<Batch> restored, long checkpoint) {
        Mailbox row = mysql.settledRow(user);
        for (Batch batch : restored) {
            for (Batch.Row changed : batch.rows()) {
                boolean counts = batch.number() > checkpoint && changed.email().equals(user);
                row = counts ? changed.change().applyTo(row) : row;
            }
        }
        return row;
    }

    /** As the agent does it after a start; then the windows of the last logins are open. */
    private void remember() {
        Instant since = time.instant().minus(Life.WINDOW);
        for (Address user : MAILBOXES) {
            Mailbox row = mysql.row(user);
            if (row.lasttime() != null && row.lasttime().isAfter(since)) {
                life.windows().note(Event.Login.readBack(user, row.lastip(), row.lasttime()), time.instant());
            }
        }
        for (Address user : MAILBOXES) {
            Ip open = facts.get(user).lastLoginAfter(since);
            if (open != null && !lateCommit) {
                assertThat(life.windows().holders(open, time.instant())).contains(user);
            }
        }
    }

    private void check() {
        for (AssertionError error : wrong) {
            throw error;
        }
        if (!lateCommit) {
            MAILBOXES.forEach(user -> facts.get(user).expect(life.overlaid(user), "the ledger over MySQL"));
        }
    }

    /** From now on all is well, and it must not take anything else for everything to come to its end. */
    private void comeToRest() {
        trace.note("all is well");
        settle();
        for (int i = 0; i < PATIENCE && !(life.isIdle() && owed.isEmpty()); i++) {
            settle();
            life.runLoop();
            if (life.link().isWaiting()) {
                life.link().decide(ModelLink.Fate.ANSWERED);
            }
            if (life.disk() != null && life.disk().isWaiting()) {
                life.disk().decide(ModelDisk.Fate.ON_DISK);
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

    /** Who waits for answers. */
    private final class Peers implements Intake.Listener {

        @Override
        public void settled(long upTo) {
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
