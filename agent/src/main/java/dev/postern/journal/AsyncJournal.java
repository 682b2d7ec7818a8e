package dev.postern.journal;

import dev.postern.model.Batch;
import io.vertx.core.Future;
import java.util.Collection;

/** The journal as the event loop sees it: nothing blocks, everything is done in the order in which it is asked for. */
public interface AsyncJournal {

    /** As {@link Journal#append}. */
    Future<AppendResult> append(Collection<Batch> changes);

    /** As {@link Journal#done}. */
    void done(long batch);
}
