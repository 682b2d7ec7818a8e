package dev.postern.journal;

import dev.postern.model.Batch;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.Collection;

/** A journal on a thread of its own, which may wait for the disk for as long as it takes. */
public final class WorkerJournal implements AsyncJournal {

    private final Journal journal;
    private final WorkerExecutor worker;

    public WorkerJournal(Vertx vertx, Journal journal) {
        this.journal = journal;
        this.worker = vertx.createSharedWorkerExecutor("journal", 1);
    }

    @Override
    public Future<AppendResult> append(Collection<Batch> changes) {
        return worker.executeBlocking(() -> journal.append(changes));
    }

    @Override
    public void done(long batch) {
        worker.executeBlocking(() -> {
            journal.done(batch);
            return true;
        });
    }

    /** As {@link Journal#isWritable}. */
    public Future<Boolean> isWritable() {
        return worker.executeBlocking(journal::isWritable);
    }

    /** Once everything asked for has been done. */
    public Future<Void> close() {
        return worker.executeBlocking(() -> {
                    journal.close();
                    return true;
                })
                .eventually(worker::close)
                .mapEmpty();
    }
}
