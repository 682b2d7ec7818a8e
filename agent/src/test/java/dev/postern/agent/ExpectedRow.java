package dev.postern.agent;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The events sent for one mailbox, which of them were acknowledged, and whether its row can be their result. Logins and
 * sets are numbered, so that a row shows which one it holds. No sum of some differences is that of others.
 *
 * <p>Each kind belongs to one connection, so nothing here is shared before the end.
 */
final class ExpectedRow {

    /** What the test reads of a row. */
    static final String COLUMNS =
            "email, lastip, DATE_FORMAT(lasttime, '%Y-%m-%d %H:%i:%s.%f') AS lasttime, bytes, messages";

    private static final DateTimeFormatter DATETIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");

    /** Long ago: each login is a millisecond after the one before, and none is in the future. */
    private static final Instant FIRST_LOGIN = Instant.parse("2020-11-23T12:00:00Z");

    /** Differences are below 2^36, and messages count them: both in one number of 64 bits. */
    private static final int MESSAGES_BITS = 12;

    private final String user;
    private final List<Long> unsure = new ArrayList<>();
    private long login;
    private long loginTaken;
    private long set;
    private long setTaken;
    private long bytesTaken;
    private long incrementsTaken;

    ExpectedRow(String user) {
        this.user = user;
    }

    String user() {
        return user;
    }

    /** The next login's number. */
    long nextLogin() {
        return ++login;
    }

    void loginTaken(long number) {
        loginTaken = Math.max(loginTaken, number);
    }

    static Instant time(long login) {
        return FIRST_LOGIN.plusMillis(login);
    }

    static String ip(long login) {
        return "10." + (login >> 16 & 255) + "." + (login >> 8 & 255) + "." + (login & 255);
    }

    /** The next set's number, which is the figure of messages; and of bytes, a thousand times. */
    long nextSet() {
        return ++set;
    }

    void setTaken(long number) {
        setTaken = number;
    }

    void incrementTaken(long difference) {
        bytesTaken += difference;
        incrementsTaken++;
    }

    void incrementUnsure(long difference) {
        unsure.add(difference);
    }

    boolean hasSets() {
        return set > 0;
    }

    /** What is wrong with its row; null when nothing is. */
    String complaint(Map<String, Object> row) {
        long bytes = ((Number) row.get("bytes")).longValue();
        long messages = ((Number) row.get("messages")).longValue();
        boolean figures = hasSets() ? isSet(bytes, messages) : isSum(bytes, messages);
        if (figures && isLogin((String) row.get("lasttime"), (String) row.get("lastip"))) {
            return null;
        }
        return row + " is not: login " + loginTaken + " to " + login + ", " + time(loginTaken) + " set " + setTaken
                + " to " + set + ", sum " + bytesTaken + " of " + incrementsTaken + " and perhaps " + unsure;
    }

    private boolean isLogin(String lasttime, String lastip) {
        if (lasttime == null) {
            return loginTaken == 0;
        }
        Instant time = LocalDateTime.parse(lasttime, DATETIME).toInstant(ZoneOffset.UTC);
        long number = Duration.between(FIRST_LOGIN, time).toMillis();
        return number >= loginTaken
                && number <= login
                && time.equals(time(number))
                && ip(number).equals(lastip);
    }

    private boolean isSet(long bytes, long messages) {
        return messages >= setTaken && messages <= set && bytes == 1000 * messages;
    }

    /** Whether some of the differences of which nothing is known make up what is more than was promised. */
    private boolean isSum(long bytes, long messages) {
        List<Long> both = unsure.stream().map(difference -> both(difference, 1)).toList();
        Set<Long> some = sums(both.subList(0, both.size() / 2));
        Set<Long> others = sums(both.subList(both.size() / 2, both.size()));
        long more = both(bytes - bytesTaken, messages - incrementsTaken);
        return some.stream().anyMatch(sum -> others.contains(more - sum));
    }

    private static long both(long bytes, long messages) {
        return (bytes << MESSAGES_BITS) + messages;
    }

    private static Set<Long> sums(List<Long> values) {
        Set<Long> sums = new HashSet<>(Set.of(0L));
        for (long value : values) {
            List.copyOf(sums).forEach(sum -> sums.add(sum + value));
        }
        return sums;
    }
}
