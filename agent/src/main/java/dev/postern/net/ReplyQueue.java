package dev.postern.net;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Replies pending for a peer, in the order of its requests: a peer that matches replies first in, first out would take
 * each later reply for the wrong request if one were missing.
 */
public final class ReplyQueue<R extends ReplyQueue.PendingReply> {

    /** One reply. */
    public static class PendingReply {
        private @Nullable String text;

        public boolean isOpen() {
            return text == null;
        }

        /**
         * Sets the reply. A second one has no effect.
         *
         * @return whether it was the first
         */
        public boolean fill(String reply) {
            if (text != null) {
                return false;
            }
            text = reply;
            return true;
        }
    }

    private final Deque<R> replies = new ArrayDeque<>();

    public R add(R reply) {
        replies.add(reply);
        return reply;
    }

    /** Removes the replies that can be sent, up to the first that is open. */
    public void drainTo(Consumer<String> out) {
        for (R head = replies.peek(); head != null; head = replies.peek()) {
            String text = ((PendingReply) head).text;
            if (text == null) {
                return;
            }
            replies.remove();
            out.accept(text);
        }
    }

    /** Removes all, sent or not. */
    public void clear(Consumer<R> each) {
        replies.forEach(each);
        replies.clear();
    }

    public int size() {
        return replies.size();
    }
}
