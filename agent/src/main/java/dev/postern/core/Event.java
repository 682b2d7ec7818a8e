package dev.postern.core;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** One fact that Dovecot told us about a mailbox. */
public sealed interface Event {

    Address user();

    /** What is to be written for it. */
    Change change();

    /**
     * A successful login.
     *
     * @param service Dovecot's name of the protocol: {@code imap}, {@code pop3}, …
     * @param time to the microsecond, as {@code lasttime} keeps it
     */
    record Login(Address user, Ip ip, String service, Instant time) implements Event {

        /** A clock a little ahead of ours is no reason to lose a login. */
        private static final long FUTURE_SECONDS = 300;

        private static final long YEAR_2000 = 946_684_800L;
        private static final int MAX_SERVICE = 32;

        /** A login of which only row or journal tell, and so not by which protocol. */
        public static Login readBack(Address user, Ip ip, Instant time) {
            return new Login(user, ip, "unknown", time);
        }

        /** Whether this can be Dovecot's name of a protocol: a short word of lower-case letters, digits and hyphens. */
        public static boolean isService(String service) {
            if (service.isEmpty() || service.length() > MAX_SERVICE) {
                return false;
            }
            for (int i = 0; i < service.length(); i++) {
                char c = service.charAt(i);
                if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') {
                    return false;
                }
            }
            return true;
        }

        /**
         * The time of a login as it is kept: not after now, and to the microsecond.
         *
         * @param told what the peer says
         * @return null when that is before 2000 or more than {@value #FUTURE_SECONDS} s ahead
         */
        public static @Nullable Instant timeOf(Instant told, Instant now) {
            if (told.getEpochSecond() < YEAR_2000 || told.getEpochSecond() > now.getEpochSecond() + FUTURE_SECONDS) {
                return null;
            }
            return (told.isAfter(now) ? now : told).truncatedTo(ChronoUnit.MICROS);
        }

        @Override
        public Change change() {
            return new Change(ip, time, null, null);
        }
    }

    /** The usage of a mailbox, or how it has changed; a figure that is null was not told. */
    record Quota(
            Address user, @Nullable Figure bytes, @Nullable Figure messages) implements Event {
        @Override
        public Change change() {
            return new Change(null, null, bytes, messages);
        }
    }
}
