package dev.postern.model;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One fact about a mailbox that Dovecot reported. */
public sealed interface Event {

    MailAddress address();

    EventKind kind();

    /** What is to be written for it. */
    MailboxChange change();

    /**
     * A successful login.
     *
     * @param service Dovecot's name of the protocol: {@code imap}, {@code pop3}, …
     * @param time to the microsecond, as {@code lasttime} keeps it
     */
    record Login(MailAddress address, IpAddress ip, String service, Instant time) implements Event {

        /** In place of a service that is not known. */
        public static final String UNKNOWN = "unknown";

        private static final int MAX_SERVICE_LENGTH = 32;

        /** A login read back from a row or the journal, which do not hold its protocol. */
        public static Login restored(MailAddress user, IpAddress ip, Instant time) {
            return new Login(user, ip, UNKNOWN, time);
        }

        /**
         * The name of a protocol as Dovecot has it, or {@code unknown} for anything but a short word: a login is not
         * lost for it.
         */
        public static String serviceOf(String sent) {
            boolean word = !sent.isEmpty() && sent.length() <= MAX_SERVICE_LENGTH;
            for (int i = 0; word && i < sent.length(); i++) {
                char c = sent.charAt(i);
                word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
            }
            return word ? sent.toLowerCase(Locale.ROOT) : UNKNOWN;
        }

        /**
         * The time of a login as it is kept: to the microsecond, and not after now. A clock ahead of the agent's does
         * not lose a login, and no window is to stay open for longer because of it.
         *
         * @param sent the time as the peer sent it
         */
        public static Instant timeOf(Instant sent, Instant now) {
            return (sent.isAfter(now) ? now : sent).truncatedTo(ChronoUnit.MICROS);
        }

        @Override
        public EventKind kind() {
            return EventKind.LOGIN;
        }

        @Override
        public MailboxChange change() {
            return new MailboxChange(ip, time, null, null);
        }
    }

    /** The usage of a mailbox, or how it has changed; a figure that is null was not reported. */
    record QuotaUpdate(
            MailAddress address,
            @Nullable CounterChange bytes,
            @Nullable CounterChange messages) implements Event {
        @Override
        public EventKind kind() {
            return EventKind.QUOTA;
        }

        @Override
        public MailboxChange change() {
            return new MailboxChange(null, null, bytes, messages);
        }
    }
}
