package dev.postern.journal;

import dev.postern.files.FileProbe;
import dev.postern.files.FileWorker;
import dev.postern.model.Batch;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Collection;

/** A journal on a thread of its own, which may wait for the disk for as long as it takes. */
public final class WorkerJournal implements AsyncJournal {

    /** For the last of it, when the agent stops. */
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private static final Duration PROBING = Duration.ofSeconds(1);

    private final Journal journal;
    private final FileWorker worker;
    private final FileProbe<Boolean> probe;

    public WorkerJournal(Journal journal, FileWorker worker) {
        this.journal = journal;
        this.worker = worker;
        this.probe = new FileProbe<>(worker, PROBING, journal::isWritable);
    }

    @Override
    public Future<AppendResult> append(Collection<Batch> changes) {
        return worker.run(() -> journal.append(changes));
    }

    @Override
    public void done(long batch) {
        worker.run(() -> {
            journal.done(batch);
            return true;
        });
    }

    /** As {@link Journal#isWritable}; false of a disk that does not answer. */
    public Future<Boolean> isWritable() {
        return probe.ask().otherwise(false);
    }

    /** Once everything asked for has been done, or the disk does not answer. */
    public Future<Void> close() {
        return worker.run(CLOSING, () -> {
                    journal.close();
                    return true;
                })
                .eventually(worker::close)
                .mapEmpty();
    }
}
