package dev.postern.dovecot.events;

import dev.postern.files.FileWorker;
import dev.postern.net.LineDecoder;
import dev.postern.pending.EventIntake;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.WatchService;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in what hooks left while the agent was away: at start, and as files appear. A file is deleted when its events
 * cannot be lost any more, so a restart in between takes it in again, which is harmless.
 *
 * <p>All file work happens on a thread of its own, one piece at a time. A disk that hangs is logged and not waited for:
 * what lies there is taken in when it goes on.
 */
public final class Spool implements EventIntake.DurabilityListener {

    private static final Logger log = LoggerFactory.getLogger(Spool.class);

    private static final long POLL_MILLIS = 100;

    /** Every so many polls the directory is read even without the kernel's notice of a new file. */
    private static final int FULL_SCAN = 50;

    private static final int MAX_IN_FLIGHT = 1000;

    /** A hook writes its line at once; one that is unfinished by then stays so. */
    private static final Duration UNFINISHED = Duration.ofMinutes(1);

    /** The last work on the spool when the agent stops; what is not done then is done after the next start. */
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final FileWorker worker;
    private final Path path;
    private final SpoolDirectory directory;
    private final EventIntake intake;
    private final InstantSource clock;
    private final EventMetrics counters;
    private final Map<Path, Long> inFlight = new HashMap<>();
    private final SpoolCleanup cleanup;
    private @Nullable WatchService watcher;
    private Future<?> work = Future.succeededFuture();
    private boolean readable = true;
    private boolean movable = true;
    private boolean clearing;
    private boolean more;
    private int polls;
    private long timer;

    public Spool(Vertx vertx, Path path, EventIntake intake, InstantSource clock, MeterRegistry meters) {
        this.vertx = vertx;
        this.worker = new FileWorker(vertx, "spool", meters);
        this.path = path;
        this.directory = new SpoolDirectory(path);
        this.cleanup = new SpoolCleanup(directory, path);
        this.intake = intake;
        this.clock = clock;
        this.counters = new EventMetrics(meters, "spool");
    }

    /**
     * Begins to look; completes when what lay there at start has been read. A spool that cannot be read, or does not
     * answer, is no hindrance.
     */
    public Future<Void> start() {
        intake.listen(this);
        timer = vertx.setPeriodic(POLL_MILLIS, tick -> poll());
        Future<?> read = onWorker(this::openWatcher).compose(none -> scan());
        return worker.within(FileWorker.DEADLINE, read)
                .onFailure(this::unreadable)
                .otherwiseEmpty()
                .mapEmpty();
    }

    /** Looks no more. What is in hand and not settled stays in the directory. */
    public Future<Void> close() {
        vertx.cancelTimer(timer);
        return worker.run(CLOSING, this::closeWatcher).otherwise(false).compose(closed -> worker.close());
    }

    @Override
    public void durable(long upTo) {
        boolean any = false;
        for (Iterator<Map.Entry<Path, Long>> files = inFlight.entrySet().iterator(); files.hasNext(); ) {
            Map.Entry<Path, Long> file = files.next();
            if (file.getValue() <= upTo) {
                cleanup.delete(file.getKey());
                files.remove();
                any = true;
            }
        }
        if (any && !cleanup.isStuck()) {
            clear();
        }
    }

    @Override
    public void stalled() {
        // What is in hand waits in its file.
    }

    private void poll() {
        polls++;
        if (cleanup.isStuck() && work.isComplete() && polls % FULL_SCAN == 0) {
            clear();
        }
        boolean told = watcher != null && hasNews(watcher);
        if (work.isComplete() && (told || more || polls % FULL_SCAN == 0)) {
            scan();
        }
        if (watcher == null && work.isComplete() && polls % FULL_SCAN == 0) {
            onWorker(this::openWatcher);
        }
    }

    private boolean hasNews(WatchService watching) {
        var key = watching.poll();
        if (key == null) {
            return false;
        }
        key.pollEvents();
        if (!key.reset()) {
            // The directory is not there any more; another one of that name would not be watched.
            onWorker(this::closeWatcher);
        }
        return true;
    }

    private Future<?> scan() {
        more = false;
        Set<Path> known = new HashSet<>(inFlight.keySet());
        known.addAll(cleanup.files());
        int room = Math.min(MAX_IN_FLIGHT - inFlight.size(), cleanup.room());
        if (room <= 0) {
            more = true;
            return work;
        }
        return onWorker(() -> directory.read(known, room)).onComplete(this::take, this::unreadable);
    }

    private void take(SpoolDirectory.ReadFiles read) {
        List<SpoolFile> files = read.files();
        reportMoves(read.failure());
        if (!readable) {
            readable = true;
            onWorker(this::openWatcher);
            log.atInfo().addKeyValue("spool", path).log("spool readable again");
        }
        // A directory is read in turns.
        more |= !files.isEmpty();
        for (SpoolFile file : files) {
            if (file.isComplete()) {
                takeIn(file);
            } else if (file.bytes() == null || isOld(file)) {
                setAside(file, "not a file, unreadable, too large or never finished");
            }
        }
    }

    private void reportMoves(@Nullable IOException failure) {
        if (movable && failure != null) {
            log.atError()
                    .addKeyValue("spool", path)
                    .addKeyValue("reason", failure)
                    .log("spool files cannot be moved: they wait where they are");
        } else if (!movable && failure == null) {
            log.atInfo().addKeyValue("spool", path).log("spool files are moved again");
        }
        movable = failure == null;
    }

    /** What finds no room stays and is taken in again later. */
    private void takeIn(SpoolFile file) {
        SpoolLines taken = new SpoolLines(file);
        if (taken.rejection != null && !taken.refused) {
            setAside(file, taken.rejection.text());
        } else if (!taken.refused) {
            inFlight.put(file.path(), taken.last);
        }
    }

    private boolean isOld(SpoolFile file) {
        return file.written().plus(UNFINISHED).isBefore(clock.instant());
    }

    private void setAside(SpoolFile file, String why) {
        cleanup.setAside(file.path(), why);
        clear();
    }

    /** One at a time: what comes while one is under way is for the next. */
    private void clear() {
        if (clearing) {
            return;
        }
        clearing = true;
        SpoolCleanup.CleanupAttempt attempt = cleanup.attempt();
        onWorker(attempt::run).onSuccess(cleanup::tried).onComplete(done -> {
            clearing = false;
            if (!cleanup.isStuck() && !cleanup.files().isEmpty()) {
                clear();
            }
        });
    }

    private boolean openWatcher() {
        if (watcher == null) {
            watcher = directory.watch();
        }
        return watcher != null;
    }

    private boolean closeWatcher() throws IOException {
        WatchService watching = watcher;
        watcher = null;
        if (watching != null) {
            watching.close();
        }
        return true;
    }

    private void unreadable(Throwable failure) {
        if (readable) {
            readable = false;
            log.atError()
                    .addKeyValue("spool", path)
                    .addKeyValue("reason", failure)
                    .log("spool cannot be read");
        }
    }

    /** One after the other, so that a file is never read while it is being deleted. */
    private <T> Future<T> onWorker(Callable<T> job) {
        Future<T> result = worker.run(job);
        work = result;
        return result;
    }

    /** The lines of one file on their way into the intake. */
    private final class SpoolLines {
        private final Instant time;
        private @Nullable Rejection rejection;
        private boolean refused;
        private long last;

        SpoolLines(SpoolFile file) {
            this.time = file.written().isBefore(clock.instant()) ? file.written() : clock.instant();
            LineDecoder lines = new LineDecoder(EventLine.MAX_LENGTH, this::line);
            byte[] bytes = file.bytes();
            if (bytes != null && !lines.feed(bytes)) {
                reject(Rejection.TOO_LONG);
            }
        }

        private void line(byte[] bytes, int from, int to) {
            EventLine line = EventLine.parse(bytes, from, to, time);
            if (line.rejection() != null) {
                reject(line.rejection());
            } else if (line.event() != null && !refused) {
                long number = intake.accept(line.event());
                refused = number == EventIntake.REFUSED;
                last = number;
                if (!refused) {
                    counters.accepted(line.event());
                }
            }
        }

        private void reject(Rejection why) {
            rejection = why;
            counters.rejected(why);
        }
    }
}
