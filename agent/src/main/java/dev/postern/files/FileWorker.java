package dev.postern.files;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread for the work with one kind of file, which does one job after another. A disk that hangs stops this thread
 * and no other work: it is logged when a job takes longer than {@link #DEADLINE}, and when it goes on.
 */
public final class FileWorker {

    /** A job that takes longer is hanging. */
    public static final Duration DEADLINE = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(FileWorker.class);

    private static final int MAX_WAITING = 64;
    private static final long LOOK_MILLIS = 1000;
    private static final long IDLE = Long.MIN_VALUE;

    private final Vertx vertx;
    private final String name;
    private final ThreadPoolExecutor thread;
    private final long timer;
    private volatile long begun = IDLE;
    private boolean hanging;

    /**
     * A worker whose thread is started when there is something to do.
     *
     * @param name for the log and the metric: what the files are
     */
    public FileWorker(Vertx vertx, String name, MeterRegistry meters) {
        this.vertx = vertx;
        this.name = name;
        this.thread = new ThreadPoolExecutor(
                1, 1, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(MAX_WAITING), job -> thread(name, job));
        thread.allowCoreThreadTimeOut(true);
        this.timer = vertx.setPeriodic(LOOK_MILLIS, look -> watch());
        Gauge.builder("postern.disk.wait", this, FileWorker::waitSeconds)
                .baseUnit("seconds")
                .tag("files", name)
                .register(meters);
    }

    /** Does a job after those before it; completes when it is done, however long that takes. */
    public <T> Future<T> run(Callable<T> job) {
        Promise<T> done = Promise.promise();
        Context context = vertx.getOrCreateContext();
        try {
            thread.execute(() -> run(job, done, context));
        } catch (RejectedExecutionException full) {
            done.fail(new HangingFileException(name + ": too much waits for the disk"));
        }
        return done.future();
    }

    /**
     * As {@link #run}, but fails with {@link HangingFileException} when it is not done in time. The job goes on
     * nevertheless.
     */
    public <T> Future<T> run(Duration atMost, Callable<T> job) {
        return within(atMost, run(job));
    }

    /** Completes when the jobs are done, or are not in time. */
    public Future<Void> close() {
        return run(Duration.ofSeconds(2), () -> true)
                .<Void>mapEmpty()
                .otherwiseEmpty()
                .onComplete(done -> {
                    vertx.cancelTimer(timer);
                    thread.shutdown();
                });
    }

    /** As this future of one of its jobs, but fails with {@link HangingFileException} when it is not done in time. */
    public <T> Future<T> within(Duration atMost, Future<T> done) {
        Promise<T> inTime = Promise.promise();
        long late = vertx.setTimer(
                atMost.toMillis(),
                fired -> inTime.tryFail(new HangingFileException(name + ": the disk does not answer")));
        done.onComplete(result -> {
            vertx.cancelTimer(late);
            if (result.succeeded()) {
                inTime.tryComplete(result.result());
            } else {
                inTime.tryFail(result.cause());
            }
        });
        return inTime.future();
    }

    private <T> void run(Callable<T> job, Promise<T> done, Context context) {
        begun = System.nanoTime();
        Handler<Void> end;
        try {
            T result = job.call();
            end = now -> done.complete(result);
        } catch (Exception failure) {
            end = now -> done.fail(failure);
        } finally {
            begun = IDLE;
        }
        try {
            context.runOnContext(end);
        } catch (RejectedExecutionException stopped) {
            // The event loop has ended before the disk went on.
        }
    }

    private double waitSeconds() {
        long since = begun;
        return since == IDLE ? 0 : (System.nanoTime() - since) / 1e9;
    }

    private void watch() {
        boolean hangs = waitSeconds() > DEADLINE.toSeconds();
        if (hangs && !hanging) {
            log.atError().addKeyValue("files", name).log("disk does not answer");
        } else if (hanging && !hangs) {
            log.atInfo().addKeyValue("files", name).log("disk answers again");
        }
        hanging = hangs;
    }

    private static Thread thread(String name, Runnable job) {
        Thread thread = new Thread(job, "files-" + name);
        thread.setDaemon(true);
        return thread;
    }
}
