package dev.postern.postfix.policy;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Accepted recipients of messages in progress, by their instance: at the end of a message with several recipients
 * Postfix does not name them. Beyond the bound, or after too long, they are forgotten; then the message is not refused.
 */
final class AcceptedRecipients {

    /** Of all messages together; and so many messages, for some have none that there was room for. */
    static final int MAX_RECIPIENTS = 10_000;

    /** Of one message: Postfix's own {@code smtpd_recipient_limit}. */
    static final int MAX_OF_ONE = 1000;

    /** A message that has not ended so long after its last recipient is forgotten. */
    static final Duration EXPIRY = Duration.ofMinutes(15);

    /** In characters; a longer one cannot be a mailbox of this server. */
    private static final int MAX_LENGTH = 320;

    /** In characters; Postfix's are some 25 long. */
    private static final int MAX_INSTANCE_LENGTH = 100;

    /**
     * What is known of it. A message gets its queue file with the first recipient that is accepted: of those before,
     * all but the last one have been refused by a later restriction.
     *
     * @param recipients with whether there was a queue file when they were asked about
     * @param unqueued the last one without
     * @param whole whether these are all that have been accepted
     */
    private record MessageRecipients(Map<String, Boolean> recipients, String unqueued, long noted, boolean whole) {

        /** Those that may have been accepted; without a queue file to the end (a filter before the queue): all. */
        Set<String> accepted(boolean queued) {
            Set<String> accepted = new LinkedHashSet<>(recipients.keySet());
            if (queued) {
                accepted.removeIf(
                        recipient -> !recipients.getOrDefault(recipient, false) && !recipient.equals(unqueued));
            }
            return accepted;
        }
    }

    private final InstantSource clock;
    private final Map<String, MessageRecipients> messages = new LinkedHashMap<>();
    private int size;
    private long forgotten;

    AcceptedRecipients(InstantSource clock) {
        this.clock = clock;
    }

    /** The recipient of this request is one of its message's. */
    void note(PolicyRequest request) {
        String instance = request.instance();
        if (instance.isEmpty() || instance.length() > MAX_INSTANCE_LENGTH) {
            return;
        }
        MessageRecipients before = messages.remove(instance);
        Map<String, Boolean> recipients = before == null ? new LinkedHashMap<>(2) : before.recipients();
        // One that is new here and has a queue file has recipients of which nothing is known: they were forgotten, or
        // the agent has been restarted, or was not asked.
        boolean queued = !request.queueId().isEmpty();
        boolean whole = before == null ? !queued : before.whole();
        boolean room = request.recipient().length() <= MAX_LENGTH
                && (recipients.size() < MAX_OF_ONE || recipients.containsKey(request.recipient()));
        if (room) {
            size += recipients.containsKey(request.recipient()) ? 0 : 1;
            recipients.merge(request.recipient(), queued, Boolean::logicalOr);
        }
        forgotten += room ? 0 : 1;
        String unqueued = before == null ? "" : before.unqueued();
        // Behind all others: the first is the one that has waited longest.
        messages.put(
                instance,
                new MessageRecipients(
                        recipients, queued ? unqueued : request.recipient(), clock.millis(), whole && room));
        forgetOldest();
    }

    /**
     * Those of a message, which is over now; empty when not all of them are known.
     *
     * @param queueId at its end; empty when it has no queue file
     */
    Set<String> take(String instance, String queueId) {
        MessageRecipients message = messages.remove(instance);
        if (message == null) {
            return Set.of();
        }
        size -= message.recipients().size();
        return message.whole() ? message.accepted(!queueId.isEmpty()) : Set.of();
    }

    /** Recipients so far that were forgotten, for the bound or the time. */
    long forgotten() {
        return forgotten;
    }

    /** Messages of which something is known. */
    int messages() {
        return messages.size();
    }

    /** Recipients of all messages. */
    int size() {
        return size;
    }

    private void forgetOldest() {
        long limit = clock.millis() - EXPIRY.toMillis();
        Iterator<MessageRecipients> oldest = messages.values().iterator();
        while (oldest.hasNext()) {
            MessageRecipients message = oldest.next();
            boolean room = size <= MAX_RECIPIENTS && messages.size() <= MAX_RECIPIENTS;
            if (room && message.noted() > limit) {
                return;
            }
            size -= message.recipients().size();
            forgotten += message.recipients().size();
            oldest.remove();
        }
    }
}
