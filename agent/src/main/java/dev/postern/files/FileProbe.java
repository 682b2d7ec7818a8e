package dev.postern.files;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A question to a disk, which is asked again only when the disk has answered: questions do not pile up at one that
 * hangs.
 */
public final class FileProbe<T> {

    private final FileWorker worker;
    private final Duration patience;
    private final Callable<T> question;
    private @Nullable Future<T> asked;
    private @Nullable Future<T> answer;

    /**
     * Not asked yet.
     *
     * @param patience for how long an answer is waited for; not at all when the one before still has not come
     */
    public FileProbe(FileWorker worker, Duration patience, Callable<T> question) {
        this.worker = worker;
        this.patience = patience;
        this.question = question;
    }

    /** The disk's answer; fails when it does not come in time. */
    public Future<T> ask() {
        Future<T> latest = answer;
        if (latest == null || asked == null || asked.isComplete()) {
            Future<T> now = worker.run(question);
            latest = worker.within(patience, now);
            asked = now;
            answer = latest;
        }
        return latest;
    }
}
