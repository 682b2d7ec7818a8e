package dev.postern.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of table {@code user}, as far as the agent knows it.
 *
 * @param bytes used, null when never reported
 * @param messages used, null when never reported
 * @param maxBytes 0 = no limit
 * @param maxMessages 0 = no limit
 */
public record Mailbox(
        MailAddress email,
        boolean active,
        @Nullable IpAddress lastip,
        @Nullable Instant lasttime,
        @Nullable Long bytes,
        @Nullable Long messages,
        long maxBytes,
        long maxMessages) {

    /** The seed's rule: a limit counts when it is above zero, and is reached when it is used up. */
    public boolean overQuota() {
        return isFull(bytes, maxBytes) || isFull(messages, maxMessages);
    }

    /**
     * Whether one more message does not fit.
     *
     * @param size in bytes, 0 = not known: then any room is enough
     */
    public boolean hasNoRoomFor(long size) {
        return overQuota() || exceeds(size, bytes == null ? 0 : bytes, maxBytes);
    }

    private static boolean isFull(@Nullable Long used, long max) {
        return used != null && max > 0 && used >= max;
    }

    /** As a difference: a sum of what a peer declares and what is there may not fit. */
    private static boolean exceeds(long size, long used, long max) {
        return max > 0 && size > max - Math.max(used, 0);
    }
}
