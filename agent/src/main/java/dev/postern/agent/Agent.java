package dev.postern.agent;

import dev.postern.config.AgentConfig;
import dev.postern.database.Flusher;
import dev.postern.database.Store;
import dev.postern.http.Services;
import dev.postern.journal.Journal;
import dev.postern.journal.Journaling;
import dev.postern.journal.Opening;
import dev.postern.journal.WorkerDisk;
import dev.postern.log.Logging;
import dev.postern.mailbox.Directory;
import dev.postern.mailbox.Listing;
import dev.postern.metrics.Metrics;
import dev.postern.model.Address;
import dev.postern.model.Mailbox;
import dev.postern.model.Rows;
import dev.postern.model.Timers;
import dev.postern.pending.Intake;
import dev.postern.pending.Ledger;
import dev.postern.quota.QuotaLookup;
import dev.postern.quota.Subscriptions;
import dev.postern.relay.ClosureFile;
import dev.postern.relay.RelayControl;
import dev.postern.relay.RelayLookup;
import dev.postern.relay.RelayRules;
import dev.postern.relay.RelayWindows;
import dev.postern.systemd.ServiceNotices;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon: builds the rooms in the order in which data flows, opens the doors last and closes them first, all at once.
 *
 * <pre>
 * EventServer, Spool, DictServer → Intake → Ledger → Flusher → Store → MySQL
 *                                             │                  │
 *                                             └──→ Directory ←───┘
 *                                                      │
 *         SocketmapServer, PolicyServer, DictServer ←──┘ QuotaLookup, RelayLookup
 * </pre>
 */
public final class Agent implements Deployable {

    private static final Logger log = LoggerFactory.getLogger(Agent.class);
    private static final Duration SWEEP = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final AgentConfig config;
    private final InstantSource clock;

    private final RelayWindows windows;
    private final Intake intake;
    private final Store store;
    private final Directory directory;
    private final Listing listing;
    private final Flusher flusher;
    private @Nullable WorkerDisk disk;
    private @Nullable Journaling journaling;
    private @Nullable ClosureFile closureFile;
    private final RelayLookup relay;
    private final RelayControl relayControl;
    private final QuotaLookup quota;
    private final Doors doors;
    private final Drain drain;
    private ServiceNotices notices = ServiceNotices.NONE;
    private long saidClosuresFull;
    private final Services services;

    /**
     * Builds everything and opens nothing.
     *
     * @param password of the database account
     * @param relayRules who may relay after a login
     * @param opened the journal, null = none
     */
    public Agent(
            Vertx vertx,
            AgentConfig config,
            String password,
            RelayRules relayRules,
            Opening.@Nullable Opened opened,
            InstantSource clock,
            Metrics metrics) {
        MeterRegistry meters = metrics.registry();
        this.vertx = vertx;
        this.config = config;
        this.clock = clock;
        AgentConfig.Limits limits = config.limits();
        Identity identity = opened == null ? Identity.ofHost(clock) : Identity.of(opened);
        Ledger ledger = new Ledger(limits.pendingMailboxes(), Store.MAX_ROWS, identity.firstBatch(), clock);
        windows = new RelayWindows(relayRules, limits.relayWindows());
        intake = new Intake(ledger, windows, clock);
        store = new Store(vertx, config, password, identity.agent(), identity.restoredBatch(), meters);
        Timers timers = Agent.timers(vertx);
        doors = new Doors(vertx, config, clock, timers, meters);
        directory =
                new Directory(ledger, store::load, limits.cachedMailboxes(), limits.cacheTime(), clock, timers, meters);
        listing = new Listing(ledger, store::page, clock);
        relay = new RelayLookup(directory, windows, clock);
        relayControl = new RelayControl(directory, windows, clock, this::keep);
        flusher = store.flusher(ledger, intake, this::readBack, timers);
        if (opened == null) {
            intake.onArrival(flusher::wake);
        } else {
            keepClosures(new ClosureFile(opened.journal().directory()));
            identity.restored().forEach(intake::restore);
            disk = new WorkerDisk(vertx, opened.journal());
            journaling = new Journaling(ledger, intake, disk, timers, identity.restoredBatch());
            intake.onArrival(this::arrived);
            Gauge.builder("postern.journal.bytes", opened.journal(), Journal::bytes)
                    .register(meters);
        }
        drain = new Drain(flusher, intake, journaling);
        Subscriptions subscriptions = new Subscriptions(
                store::subscribers, limits.cachedMailboxes(), limits.cacheTime(), clock, timers, meters);
        quota = new QuotaLookup(directory, subscriptions, config.quota().reply());
        services = new Services(
                metrics,
                new Parts(vertx, config, store::isUp, this::isJournalWritable, timers),
                listing,
                directory::see,
                relayControl);
        measure(ledger, meters);
    }

    private void measure(Ledger ledger, MeterRegistry meters) {
        Gauge.builder("postern.pending.mailboxes", ledger, Ledger::addresses).register(meters);
        FunctionCounter.builder("postern.pending.mailboxes.refused", intake, Intake::refused)
                .register(meters);
        Gauge.builder(
                        "postern.oldest.pending",
                        ledger,
                        waiting -> waiting.oldestAge().toMillis() / 1000.0)
                .baseUnit("seconds")
                .register(meters);
        Gauge.builder("postern.relay.windows", windows, open -> open.size(clock.instant()))
                .register(meters);
        FunctionCounter.builder("postern.relay.windows.refused", windows, RelayWindows::refused)
                .register(meters);
        FunctionCounter.builder("postern.relay.closures.full", windows, RelayWindows::closuresFull)
                .register(meters);
        Gauge.builder("postern.cached.pages", listing, Listing::remembered).register(meters);
    }

    /** Opens the doors; fails with a sentence for the administrator when one cannot be opened. */
    @Override
    public Future<Void> deploy(Context eventLoop) {
        flusher.watch();
        vertx.setPeriodic(SWEEP.toMillis(), timer -> sweep());
        notices = ServiceNotices.of(System.getenv(), eventLoop);
        Future<Void> remembered = remember();
        return doors.openForEvents(intake, directory)
                .compose(open -> awaitShortly(remembered))
                .compose(done -> doors.openForLookups(quota, relay))
                .compose(done -> doors.openForAdministrators(services))
                .onSuccess(open -> ready())
                .recover(failure -> doors.close().transform(closed -> Future.failedFuture(failure)));
    }

    private void ready() {
        log.atInfo().log("ready");
        notices.ready();
    }

    private void sweep() {
        relayControl.sweep();
        sayClosuresFull();
        Logging.sumUp();
    }

    private void sayClosuresFull() {
        if (windows.closuresFull() > saidClosuresFull) {
            saidClosuresFull = windows.closuresFull();
            log.atWarn().log("too many closed relay windows, no login of before opens one: limits.relay_windows");
        }
    }

    /** Takes nothing more in, answers and writes what has been taken in, and leaves no socket file. */
    @Override
    public Future<Void> undeploy(Context eventLoop) {
        notices.stopping();
        Instant deadline = clock.instant().plus(config.limits().drainTimeout());
        return doors.close()
                .eventually(() -> drain.within(Duration.between(clock.instant(), deadline)))
                .eventually(() -> {
                    store.close();
                    return disk == null ? Future.succeededFuture() : disk.close();
                });
    }

    /** Null without a journal. */
    private @Nullable Future<Boolean> isJournalWritable() {
        Journaling writing = journaling;
        if (disk == null || writing == null) {
            return null;
        }
        // A disk that hangs would not answer.
        return writing.works() ? disk.isWritable() : Future.succeededFuture(false);
    }

    /** What somebody has closed stays closed after a restart. What it was cannot be read: then nothing of before opens. */
    private void keepClosures(ClosureFile file) {
        try {
            file.read().forEach(closure -> windows.restore(closure, clock.instant()));
        } catch (IOException e) {
            log.atWarn().setCause(e).log("closed relay windows cannot be read: all of before the start are closed");
            windows.restore(new RelayWindows.Closure(null, clock.instant()), clock.instant());
        }
        closureFile = file;
    }

    /** Without a journal there is no place for it. */
    private Future<Void> keep(List<RelayWindows.Closure> closures) {
        ClosureFile file = closureFile;
        return file == null
                ? Future.succeededFuture()
                : vertx.<Void>executeBlocking(() -> {
                            file.write(closures);
                            return null;
                        })
                        .onFailure(e -> log.atWarn()
                                .setCause(e)
                                .log("closed relay window opens again if the agent restarts now"))
                        .otherwiseEmpty();
    }

    private void readBack(Collection<Address> asked, Rows rows) {
        directory.refreshed(asked, rows);
        listing.refreshed(asked, rows);
        relay.refreshed(asked, rows);
    }

    private void arrived(boolean awaited) {
        flusher.wake(awaited);
        if (journaling != null) {
            journaling.wake();
        }
    }

    /** After a restart the windows of the logins before it are still open. Completes once MySQL has told them. */
    private Future<Void> remember() {
        Instant since = clock.instant().minus(config.relay().window());
        return store.recentlyLoggedIn(since, config.limits().relayWindows())
                .onSuccess(this::remembered)
                .mapEmpty();
    }

    /** Postfix had better not be answered "try again" for the first moment; but a database that is away is not waited for. */
    private static Future<Void> awaitShortly(Future<Void> remembered) {
        return remembered.timeout(1, TimeUnit.SECONDS).otherwiseEmpty();
    }

    /** Their rows too: should the database go away now, they are to be what is known of them. */
    private void remembered(Rows rows) {
        directory.remembered(rows);
        rows.found().values().forEach(this::noteLogin);
        relay.loaded();
    }

    private void noteLogin(Mailbox mailbox) {
        if (mailbox.lastip() != null && mailbox.lasttime() != null) {
            windows.noteReadBack(mailbox.email(), mailbox.lastip(), mailbox.lasttime(), clock.instant());
        }
    }

    private static Timers timers(Vertx vertx) {
        return (delay, action) -> {
            long timer = vertx.setTimer(delay.toMillis(), fired -> action.run());
            return () -> vertx.cancelTimer(timer);
        };
    }
}
