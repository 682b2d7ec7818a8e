package dev.postern.quota;

import dev.postern.model.Mailbox;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where Postfix brings mail for an address.
 *
 * @param mailbox an active one of ours, or null
 * @param subscribers in place of the mailbox, when there are any. Neither: it is not ours.
 */
record AliasTarget(@Nullable Mailbox mailbox, List<String> subscribers) {

    static final AliasTarget ELSEWHERE = new AliasTarget(null, List.of());

    boolean isElsewhere() {
        return mailbox == null && subscribers.isEmpty();
    }

    boolean isGroup() {
        return !subscribers.isEmpty();
    }

    /** Whether this is a mailbox of ours without room. */
    boolean isFullFor(long size) {
        return mailbox != null && mailbox.hasNoRoomFor(size);
    }
}
