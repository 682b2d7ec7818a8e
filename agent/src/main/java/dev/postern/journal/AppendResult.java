package dev.postern.journal;

import org.jspecify.annotations.Nullable;

/**
 * How an append ended.
 *
 * @param failure why nothing of it may be relied on; null = all of it is on the disk
 */
public record AppendResult(@Nullable String failure) {

    static final AppendResult ON_DISK = new AppendResult(null);

    public boolean isOnDisk() {
        return failure == null;
    }
}
