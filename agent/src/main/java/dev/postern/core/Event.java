package dev.postern.core;

import java.time.Instant;
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
