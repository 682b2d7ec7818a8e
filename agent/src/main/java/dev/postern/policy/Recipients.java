package dev.postern.policy;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who has been accepted for messages that are under way, by their instance: at the end of a message with several recipients
 * Postfix does not say who they are. What there is no room for, or takes too long, is forgotten; then nobody is refused.
 */
final class Recipients {

    /** Of all messages together. */
    static final int MAX_RECIPIENTS = 20_000;

    /** Of one message: Postfix's own {@code smtpd_recipient_limit}. */
    static final int MAX_OF_ONE = 1000;

    /** A message that has not ended so long after its last recipient is forgotten. */
    static final Duration EXPIRY = Duration.ofMinutes(15);

    /** In characters; a longer one is no address that can be a mailbox of ours. */
    private static final int LONGEST = 512;

    private record Message(Set<String> recipients, long noted) {}

    private final InstantSource clock;
    private final Map<String, Message> messages = new LinkedHashMap<>();
    private int size;

    Recipients(InstantSource clock) {
        this.clock = clock;
    }

    void note(String instance, String recipient) {
        if (instance.isEmpty() || instance.length() > LONGEST || recipient.length() > LONGEST) {
            return;
        }
        Message before = messages.remove(instance);
        Set<String> recipients = before == null ? new LinkedHashSet<>(2) : before.recipients();
        // Behind all others: the first is the one that has waited longest.
        messages.put(instance, new Message(recipients, clock.millis()));
        if (recipients.size() < MAX_OF_ONE && recipients.add(recipient)) {
            size++;
        }
        forgetOldest();
    }

    /** Those of a message, which is over now; empty when nothing is known of it. */
    Set<String> take(String instance) {
        Message message = messages.remove(instance);
        if (message == null) {
            return Set.of();
        }
        size -= message.recipients().size();
        return message.recipients();
    }

    /** Recipients of all messages. */
    int size() {
        return size;
    }

    private void forgetOldest() {
        long limit = clock.millis() - EXPIRY.toMillis();
        Iterator<Message> oldest = messages.values().iterator();
        while (oldest.hasNext()) {
            Message message = oldest.next();
            if (size <= MAX_RECIPIENTS && message.noted() > limit) {
                return;
            }
            size -= message.recipients().size();
            oldest.remove();
        }
    }
}
