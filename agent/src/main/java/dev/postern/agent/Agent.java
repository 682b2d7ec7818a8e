package dev.postern.agent;

import dev.postern.config.AgentConfig;
import dev.postern.database.Flusher;
import dev.postern.database.MailboxStore;
import dev.postern.files.FileWorker;
import dev.postern.http.ApiServices;
import dev.postern.journal.Journal;
import dev.postern.journal.JournalWriter;
import dev.postern.journal.OpenResult;
import dev.postern.journal.WorkerJournal;
import dev.postern.log.Logging;
import dev.postern.mailbox.MailboxList;
import dev.postern.mailbox.MailboxView;
import dev.postern.metrics.MetricsRegistry;
import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.model.MailboxRows;
import dev.postern.model.Timers;
import dev.postern.pending.EventIntake;
import dev.postern.pending.PendingChanges;
import dev.postern.quota.QuotaLookup;
import dev.postern.quota.SubscriptionCache;
import dev.postern.relay.ClosedWindowsFile;
import dev.postern.relay.ClosedWindowsWriter;
import dev.postern.relay.RelayAdmin;
import dev.postern.relay.RelayLookup;
import dev.postern.relay.RelayRules;
import dev.postern.relay.RelayWindows;
import dev.postern.systemd.SystemdNotifier;
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
 * The daemon: builds the rooms in the order in which data flows, opens its listeners last and closes them first, all at
 * once.
 *
 * <pre>
 * EventServer, Spool, DictServer → EventIntake → PendingChanges → Flusher → MailboxStore → MySQL
 *                                                     │                         │
 *                                                     └─────→ MailboxView ←─────┘
 *                                                                  │
 *         SocketmapServer, PolicyServer, DictServer ←──────────────┘ QuotaLookup, RelayLookup
 * </pre>
 */
public final class Agent implements Deployable {

    private static final Logger log = LoggerFactory.getLogger(Agent.class);
    private static final Duration SWEEP = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final AgentConfig config;
    private final InstantSource clock;

    private final RelayWindows windows;
    private final EventIntake intake;
    private final MailboxStore store;
    private final MailboxView view;
    private final MailboxList mailboxes;
    private final Flusher flusher;
    private @Nullable WorkerJournal asyncJournal;
    private @Nullable JournalWriter journalWriter;
    private @Nullable ClosedWindowsWriter closures;
    private final RelayLookup relay;
    private final RelayAdmin relayAdmin;
    private final QuotaLookup quota;
    private final Listeners listeners;
    private final ShutdownDrain drain;
    private SystemdNotifier notifier = SystemdNotifier.NONE;
    private final SocketFileWatch socketFiles = new SocketFileWatch();
    private boolean ready;
    private long reportedClosedWindowsFull;
    private final ApiServices services;

    /**
     * Builds everything and opens nothing.
     *
     * @param password of the database account
     * @param relayRules which logins open the relay
     * @param opened the journal, null = none
     */
    public Agent(
            Vertx vertx,
            AgentConfig config,
            String password,
            RelayRules relayRules,
            OpenResult.@Nullable OpenedJournal opened,
            InstantSource clock,
            MetricsRegistry metrics) {
        MeterRegistry meters = metrics.registry();
        this.vertx = vertx;
        this.config = config;
        this.clock = clock;
        AgentConfig.LimitsSection limits = config.limits();
        AgentIdentity identity = opened == null ? AgentIdentity.ofHost(clock) : AgentIdentity.of(opened);
        PendingChanges pending =
                new PendingChanges(limits.pendingMailboxes(), MailboxStore.MAX_ROWS, identity.firstBatch(), clock);
        windows = new RelayWindows(relayRules, limits.relayWindows());
        intake = new EventIntake(pending, windows, clock);
        store = new MailboxStore(vertx, config, password, identity.agent(), identity.restoredBatch(), meters);
        Timers timers = Agent.timers(vertx);
        listeners = new Listeners(vertx, config, clock, timers, meters);
        view = new MailboxView(
                pending, store::load, limits.cachedMailboxes(), limits.cacheTime(), clock, timers, meters);
        mailboxes = new MailboxList(pending, store::page, clock, timers);
        relay = new RelayLookup(view, windows, clock);
        intake.onWindow(relay::loggedIn);
        relayAdmin = new RelayAdmin(view, windows, clock, timers, this::save);
        flusher = store.flusher(pending, intake, this::readBack, timers);
        if (opened == null) {
            intake.onAccepted(flusher::wake);
        } else {
            saveClosedWindows(
                    new ClosedWindowsFile(opened.journal().directory()), new FileWorker(vertx, "relay-closed", meters));
            identity.restored().forEach(intake::restore);
            asyncJournal = new WorkerJournal(opened.journal(), new FileWorker(vertx, "journal", meters));
            journalWriter = new JournalWriter(pending, intake, asyncJournal, timers, identity.restoredBatch());
            intake.onAccepted(this::accepted);
            Gauge.builder("postern.journal.bytes", opened.journal(), Journal::bytes)
                    .register(meters);
        }
        intake.answerInTime(timers);
        drain = new ShutdownDrain(flusher, intake, journalWriter);
        SubscriptionCache subscriptions = new SubscriptionCache(
                store::subscribers, limits.cachedMailboxes(), limits.cacheTime(), clock, timers, meters);
        quota = new QuotaLookup(
                view,
                subscriptions,
                config.address().recipientDelimiter(),
                config.quota().reply());
        services = new ApiServices(
                metrics,
                new ReadinessProbe(vertx, config, store::isUp, this::isJournalWritable, timers, meters),
                mailboxes,
                view::snapshot,
                relayAdmin);
        measure(pending, meters);
    }

    private void measure(PendingChanges pending, MeterRegistry meters) {
        Gauge.builder("postern.pending.mailboxes", pending, PendingChanges::addresses)
                .register(meters);
        FunctionCounter.builder("postern.pending.mailboxes.refused", intake, EventIntake::refused)
                .register(meters);
        Gauge.builder(
                        "postern.oldest.pending",
                        pending,
                        waiting -> waiting.oldestAge().toMillis() / 1000.0)
                .baseUnit("seconds")
                .register(meters);
        Gauge.builder("postern.relay.windows", windows, open -> open.size(clock.instant()))
                .register(meters);
        FunctionCounter.builder("postern.relay.windows.refused", windows, RelayWindows::refused)
                .register(meters);
        FunctionCounter.builder("postern.relay.closures.full", windows, RelayWindows::closedWindowsFull)
                .register(meters);
        Gauge.builder("postern.cached.pages", mailboxes, MailboxList::remembered)
                .register(meters);
    }

    /** Opens the sockets; fails with a sentence for the administrator when one cannot be opened. */
    @Override
    public Future<Void> deploy(Context eventLoop) {
        flusher.watch();
        vertx.setPeriodic(SWEEP.toMillis(), timer -> sweep());
        notifier = SystemdNotifier.of(System.getenv(), eventLoop);
        Future<Void> remembered = remember();
        return listeners
                .openForEvents(intake, view)
                .compose(open -> awaitShortly(remembered))
                .compose(done -> listeners.openForLookups(quota, relay))
                .compose(done -> listeners.openForAdministrators(services))
                .onSuccess(open -> ready())
                .recover(failure -> listeners.close().transform(closed -> Future.failedFuture(failure)));
    }

    private void ready() {
        log.atInfo().log("ready");
        notifier.ready();
        ready = true;
    }

    private void sweep() {
        relayAdmin.sweep();
        reportClosedWindowsFull();
        Logging.reportSuppressed();
        if (ready) {
            services.readiness().now().onSuccess(now -> {
                if (ready) {
                    socketFiles.look(now);
                }
            });
        }
    }

    private void reportClosedWindowsFull() {
        if (windows.closedWindowsFull() > reportedClosedWindowsFull) {
            reportedClosedWindowsFull = windows.closedWindowsFull();
            log.atWarn().log("too many closed relay windows: earlier logins open none; raise limits.relay_windows");
        }
    }

    /** Takes nothing more in, answers and writes what has been taken in, and leaves no socket file. */
    @Override
    public Future<Void> undeploy(Context eventLoop) {
        ready = false;
        notifier.stopping();
        Instant deadline = clock.instant().plus(config.limits().drainTimeout());
        return listeners
                .close()
                .eventually(() -> drain.within(Duration.between(clock.instant(), deadline)))
                .eventually(() -> {
                    store.close();
                    return asyncJournal == null ? Future.succeededFuture() : asyncJournal.close();
                });
    }

    /** Null without a journal. */
    private @Nullable Future<Boolean> isJournalWritable() {
        JournalWriter writing = journalWriter;
        if (asyncJournal == null || writing == null) {
            return null;
        }
        // A disk that hangs would not answer.
        return writing.works() ? asyncJournal.isWritable() : Future.succeededFuture(false);
    }

    /** Restores closed windows. If the file cannot be read, all windows from before the start stay closed. */
    private void saveClosedWindows(ClosedWindowsFile file, FileWorker worker) {
        try {
            file.read().forEach(closedWindow -> windows.restore(closedWindow, clock.instant()));
        } catch (IOException e) {
            log.atWarn()
                    .setCause(e)
                    .log("closed relay windows cannot be read: all windows from before the start are closed");
            windows.restore(new RelayWindows.ClosedWindow(null, clock.instant()), clock.instant());
        }
        closures = new ClosedWindowsWriter(file, worker);
    }

    /** Does nothing without a journal, whose directory holds the file. */
    private Future<Void> save(List<RelayWindows.ClosedWindow> now) {
        return closures == null ? Future.succeededFuture() : closures.keep(now);
    }

    private void readBack(Collection<MailAddress> asked, MailboxRows rows) {
        view.refreshed(asked, rows);
        mailboxes.refreshed(asked, rows);
        relay.refreshed(asked, rows);
    }

    private void accepted(boolean awaited) {
        flusher.wake(awaited);
        if (journalWriter != null) {
            journalWriter.wake();
        }
    }

    /** Reopens the windows of logins from before the start. Completes once MySQL has returned them. */
    private Future<Void> remember() {
        Instant since = clock.instant().minus(config.relay().window());
        return store.recentlyLoggedIn(since, config.limits().relayWindows())
                .onSuccess(this::remembered)
                .mapEmpty();
    }

    /**
     * Postfix had better not be answered "try again" for the first moment; but a database that is away is not waited
     * for.
     */
    private static Future<Void> awaitShortly(Future<Void> remembered) {
        return remembered.timeout(1, TimeUnit.SECONDS).otherwiseEmpty();
    }

    /** Their rows too: should the database go away now, they are to be what is known of them. */
    private void remembered(MailboxRows rows) {
        view.remembered(rows);
        rows.found().values().forEach(this::noteLogin);
        relay.loaded();
    }

    private void noteLogin(Mailbox mailbox) {
        if (mailbox.lastip() != null && mailbox.lasttime() != null) {
            windows.readBack(mailbox.email(), mailbox.lastip(), mailbox.lasttime(), clock.instant());
        }
    }

    private static Timers timers(Vertx vertx) {
        return (delay, action) -> {
            long timer = vertx.setTimer(delay.toMillis(), fired -> action.run());
            return () -> vertx.cancelTimer(timer);
        };
    }
}
