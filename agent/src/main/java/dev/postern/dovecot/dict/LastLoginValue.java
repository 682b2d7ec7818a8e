package dev.postern.dovecot.dict;

import dev.postern.model.Event;
import dev.postern.model.IpAddress;
import dev.postern.model.MailAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what the last_login plugin writes. */
final class LastLoginValue {

    /**
     * Enabled globally, the plugin fires for these too: the IP is then that of a mail server, and not of a login.
     */
    private static final Set<String> NOT_LOGINS = Set.of("doveadm", "indexer-worker", "lda", "lmtp", "quota-status");

    private LastLoginValue() {}

    /** Whether it is a login with an address; else it is to be acknowledged and forgotten. */
    static boolean isLogin(DictKey.LastLoginKey key) {
        return !key.ip().isEmpty() && !NOT_LOGINS.contains(key.service());
    }

    /** Whether it is a login by the plugin's default key, which has neither service nor address. */
    static boolean isWithoutAddress(DictKey.LastLoginKey key) {
        return key.service().isEmpty() && key.ip().isEmpty();
    }

    /**
     * The login in a key and its value.
     *
     * @param value decimal, since 1970, in seconds, milli-, micro- or nanoseconds by {@code last_login_precision}
     * @return null when the user, the IP or the time is none
     */
    static Event.@Nullable Login read(
            DictKey.LastLoginKey key, @Nullable MailAddress address, String value, Instant now) {
        IpAddress ip = IpAddress.parse(key.ip());
        Instant told = parseTime(value);
        if (address == null || ip == null || told == null) {
            return null;
        }
        return new Event.Login(address, ip, Event.Login.serviceOf(key.service()), Event.Login.timeOf(told, now));
    }

    /** The length decides the unit: seconds have ten digits until the year 2286. */
    private static @Nullable Instant parseTime(String value) {
        Long number = DictNumber.parse(value);
        if (number == null) {
            return null;
        }
        return switch (value.length()) {
            case 10 -> Instant.ofEpochSecond(number);
            case 13 -> Instant.EPOCH.plus(number, ChronoUnit.MILLIS);
            case 16 -> Instant.EPOCH.plus(number, ChronoUnit.MICROS);
            case 19 -> Instant.EPOCH.plus(number, ChronoUnit.NANOS);
            default -> null;
        };
    }
}
