package dev.postern.postfix.policy;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gathers the lines of one request after the other. */
final class PolicyRequestParser {

    /** Longest line in bytes. Postfix's longest attributes are addresses and names of up to 2048. */
    static final int MAX_LINE = 8192;

    /** Postfix 3.11 sends 31. */
    static final int MAX_ATTRIBUTES = 100;

    private static final String REQUEST = "request";
    private static final String CONTEXT = "policy_context";
    private static final String STATE = "protocol_state";
    private static final String CLIENT_ADDRESS = "client_address";
    private static final String SENDER = "sender";
    private static final String RECIPIENT = "recipient";
    private static final String RECIPIENT_COUNT = "recipient_count";
    private static final String SIZE = "size";
    private static final String INSTANCE = "instance";
    private static final String QUEUE_ID = "queue_id";
    private static final Set<String> KNOWN = Set.of(
            REQUEST, CONTEXT, STATE, CLIENT_ADDRESS, SENDER, RECIPIENT, RECIPIENT_COUNT, SIZE, INSTANCE, QUEUE_ID);

    private static final String SMTPD = "smtpd_access_policy";
    private static final int MAX_DIGITS = 18;

    private final Map<String, String> attributes = new HashMap<>();
    private int count;
    private int bufferedBytes;
    private boolean malformed;

    /**
     * Takes a line, without its LF.
     *
     * @return the request that it ends, {@link PolicyRequest#NONE} when that was malformed or not smtpd's; null when
     *     there is more to come
     */
    @Nullable
    PolicyRequest line(byte[] bytes, int from, int to) {
        if (from == to) {
            return end();
        }
        count++;
        bufferedBytes += to - from;
        attribute(new String(bytes, from, to - from, StandardCharsets.UTF_8));
        return null;
    }

    /** Whether a request has more attributes than any of Postfix's: nothing further must be fed then. */
    boolean isTooLong() {
        return count > MAX_ATTRIBUTES;
    }

    /** Bytes in memory for a request that has begun, or a few more: what is not kept counts as well. */
    int bufferedBytes() {
        return bufferedBytes;
    }

    private void attribute(String line) {
        int equals = line.indexOf('=');
        String name = equals < 0 ? "" : line.substring(0, equals);
        boolean twice = KNOWN.contains(name) && attributes.putIfAbsent(name, line.substring(equals + 1)) != null;
        malformed |= equals < 0 || twice;
    }

    private PolicyRequest end() {
        // A request without a context can mean no other.
        boolean sound = !malformed && SMTPD.equals(attributes.getOrDefault(REQUEST, SMTPD));
        PolicyRequest request = sound ? request() : PolicyRequest.NONE;
        attributes.clear();
        count = 0;
        bufferedBytes = 0;
        malformed = false;
        return request;
    }

    private PolicyRequest request() {
        return new PolicyRequest(
                text(CONTEXT),
                text(STATE),
                text(CLIENT_ADDRESS),
                "".equals(attributes.get(SENDER)),
                text(RECIPIENT),
                number(RECIPIENT_COUNT),
                number(SIZE),
                text(INSTANCE),
                text(QUEUE_ID));
    }

    private String text(String name) {
        return attributes.getOrDefault(name, "");
    }

    /** Anything but a number counts as none; one beyond all real sizes is as good as the largest. */
    private long number(String name) {
        String digits = text(name);
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return 0;
        }
        return digits.length() > MAX_DIGITS ? Long.MAX_VALUE : Long.parseLong(digits);
    }
}
