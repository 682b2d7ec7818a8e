package dev.postern.database;

import dev.postern.model.Batch;
import dev.postern.model.MailboxRows;
import io.vertx.core.Future;

/** Where the {@link Flusher} brings its batches, one at a time. */
@FunctionalInterface
interface BatchSink {

    /**
     * Writes a batch, unless it finds that it has been written before.
     *
     * @return its rows, as they are after it. When it fails, the batch may have been written or not: it is to be given
     *     again as it was.
     */
    Future<MailboxRows> write(Batch batch);

    /** Whether a batch could be written now; not to be asked while one is. */
    default Future<Void> check() {
        return Future.succeededFuture();
    }
}
