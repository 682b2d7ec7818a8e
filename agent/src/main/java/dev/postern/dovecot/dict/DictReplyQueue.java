package dev.postern.dovecot.dict;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Replies owed to a peer, in the order of its requests: it matches them first in, first out, and one that is missing makes
 * every later one land on the wrong request.
 */
final class DictReplyQueue {

    /** One reply. */
    static final class ReplySlot {
        private @Nullable String reply;

        boolean isOpen() {
            return reply == null;
        }

        /** Says what the reply is, without its last LF; what is said later does not count. */
        void fill(String text) {
            if (reply == null) {
                reply = text;
            }
        }
    }

    private final Deque<ReplySlot> slots = new ArrayDeque<>();

    ReplySlot add() {
        ReplySlot slot = new ReplySlot();
        slots.add(slot);
        return slot;
    }

    /** Moves the replies that can be sent. */
    void drainTo(StringBuilder out) {
        for (ReplySlot head = slots.peek(); head != null && head.reply != null; head = slots.peek()) {
            slots.remove();
            out.append(head.reply).append('\n');
        }
    }

    int size() {
        return slots.size();
    }
}
