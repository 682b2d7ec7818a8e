package dev.postern.quota;

import dev.postern.mailbox.CacheEntry;
import java.util.List;

/**
 * The recipients of one address, as MySQL returned them.
 *
 * @param recipients as they are written there
 */
record CachedSubscribers(List<String> recipients, long asOf) implements CacheEntry {

    @Override
    public boolean isThere() {
        return !recipients.isEmpty();
    }

    @Override
    public int weight() {
        return 1 + recipients.size();
    }
}
