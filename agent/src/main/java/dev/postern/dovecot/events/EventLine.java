package dev.postern.dovecot.events;

import dev.postern.model.CounterChange;
import dev.postern.model.Event;
import dev.postern.model.IpAddress;
import dev.postern.model.MailAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * One line, read: an event or the reason why it is none. Exactly one of the two is there.
 *
 * @param event the event in it
 * @param rejection why it holds none
 */
record EventLine(@Nullable Event event, @Nullable Rejection rejection) {

    /** Longest line in bytes, without its LF. */
    static final int MAX_LENGTH = 4096;

    /** Seconds beyond this do not fit an {@link Instant}. */
    private static final long MAX_SECONDS = 1L << 40;

    /**
     * Reads a line.
     *
     * @param now the event's time if the line has none
     */
    static EventLine parse(byte[] bytes, int from, int to, Instant now) {
        String text = text(bytes, from, to);
        if (text == null) {
            return rejected(Rejection.NOT_TEXT);
        }
        EventFields fields = new EventFields();
        int kindEnd = text.indexOf('\t');
        Rejection wrong = kindEnd < 0 ? null : fields.read(text, kindEnd + 1);
        if (wrong != null) {
            return rejected(wrong);
        }
        return switch (kindEnd < 0 ? text : text.substring(0, kindEnd)) {
            case "login" -> login(fields, now);
            case "quota" -> quota(fields);
            default -> rejected(Rejection.KIND);
        };
    }

    private static EventLine login(EventFields fields, Instant now) {
        MailAddress address = fields.user == null ? null : MailAddress.parse(fields.user);
        if (address == null) {
            return rejected(Rejection.USER);
        }
        IpAddress ip = fields.ip == null ? null : IpAddress.parse(fields.ip);
        if (ip == null) {
            return rejected(Rejection.IP);
        }
        String service = fields.service == null ? Event.Login.UNKNOWN : Event.Login.serviceOf(fields.service);
        Instant time = fields.time == null ? now.truncatedTo(ChronoUnit.MICROS) : time(fields.time, now);
        return time == null ? rejected(Rejection.TIME) : accepted(new Event.Login(address, ip, service, time));
    }

    private static EventLine quota(EventFields fields) {
        MailAddress address = fields.user == null ? null : MailAddress.parse(fields.user);
        if (address == null) {
            return rejected(Rejection.USER);
        }
        long bytes = number(fields.bytes);
        long messages = number(fields.messages);
        boolean none = fields.bytes == null && fields.messages == null;
        if (none || (fields.bytes != null && bytes < 0) || (fields.messages != null && messages < 0)) {
            return rejected(Rejection.FIGURES);
        }
        return accepted(new Event.QuotaUpdate(
                address,
                fields.bytes == null ? null : CounterChange.set(bytes),
                fields.messages == null ? null : CounterChange.set(messages)));
    }

    /** The text, or null when it is not UTF-8 or has a control character other than TAB. */
    private static @Nullable String text(byte[] bytes, int from, int to) {
        boolean ascii = true;
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if ((b >= 0 && b < ' ' && b != '\t') || b == 0x7f) {
                return null;
            }
            ascii &= b >= 0;
        }
        if (ascii) {
            return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, to - from))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }

    /** Seconds since 1970 with an optional fraction, kept to the microsecond; null when it cannot be. */
    private static @Nullable Instant time(String text, Instant now) {
        int dot = text.indexOf('.');
        long seconds = number(dot < 0 ? text : text.substring(0, dot));
        int micros = dot < 0 ? 0 : micros(text, dot + 1);
        if (seconds < 0 || seconds > MAX_SECONDS || micros < 0) {
            return null;
        }
        return Event.Login.timeOf(Instant.ofEpochSecond(seconds, micros * 1000L), now);
    }

    private static int micros(String text, int from) {
        int micros = 0;
        for (int i = 0; i < 6; i++) {
            int digit = from + i < text.length() ? text.charAt(from + i) - '0' : 0;
            micros = digit < 0 || digit > 9 || micros < 0 ? -1 : micros * 10 + digit;
        }
        for (int i = from + 6; i < text.length(); i++) {
            micros = text.charAt(i) < '0' || text.charAt(i) > '9' ? -1 : micros;
        }
        return from == text.length() ? -1 : micros;
    }

    /** A whole number from 0 that fits, or -1. */
    private static long number(@Nullable String digits) {
        if (digits == null || digits.isEmpty() || digits.length() > 19) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value < 0 ? -1 : value;
    }

    private static EventLine accepted(Event event) {
        return new EventLine(event, null);
    }

    private static EventLine rejected(Rejection why) {
        return new EventLine(null, why);
    }

    /** The fields we know; others are skipped. */
    private static final class EventFields {
        @Nullable
        String user;

        @Nullable
        String ip;

        @Nullable
        String service;

        @Nullable
        String time;

        @Nullable
        String bytes;

        @Nullable
        String messages;

        @Nullable
        Rejection read(String text, int start) {
            int from = start;
            while (from <= text.length()) {
                int tab = text.indexOf('\t', from);
                int to = tab < 0 ? text.length() : tab;
                int equals = text.indexOf('=', from);
                if (equals <= from || equals >= to) {
                    return Rejection.FIELD;
                }
                if (!set(text.substring(from, equals), text.substring(equals + 1, to))) {
                    return Rejection.DUPLICATE;
                }
                from = to + 1;
            }
            return null;
        }

        private boolean set(String name, String value) {
            boolean first = true;
            switch (name) {
                case "user" -> {
                    first = user == null;
                    user = value;
                }
                case "ip" -> {
                    first = ip == null;
                    ip = value;
                }
                case "service" -> {
                    first = service == null;
                    service = value;
                }
                case "time" -> {
                    first = time == null;
                    time = value;
                }
                case "bytes" -> {
                    first = bytes == null;
                    bytes = value;
                }
                case "messages" -> {
                    first = messages == null;
                    messages = value;
                }
                default -> {}
            }
            return first;
        }
    }
}
