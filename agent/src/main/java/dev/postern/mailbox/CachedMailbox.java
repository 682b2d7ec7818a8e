package dev.postern.mailbox;

import dev.postern.model.Mailbox;
import org.jspecify.annotations.Nullable;

/**
 * What MySQL returned for one mailbox.
 *
 * @param row null when there is none
 * @param batch the batch of ours that the row includes, and all before it
 */
record CachedMailbox(@Nullable Mailbox row, long batch, long asOf) implements CacheEntry {

    @Override
    public boolean isThere() {
        return row != null;
    }

    @Override
    public int weight() {
        return 1;
    }
}
