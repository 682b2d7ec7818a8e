package dev.postern.dovecot.dict;

import dev.postern.model.CounterChange;
import dev.postern.model.Event;
import dev.postern.model.IpAddress;
import dev.postern.model.LastLoginRule;
import dev.postern.model.MailAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction will do, coalesced as it arrives: it does not grow with its operations. It is done whole or,
 * when one of them cannot be, not at all.
 */
final class DictTransaction {

    /** No mailbox holds more, and no sum of such differences reaches the bounds of 64 bits. */
    static final long MAX_DIFFERENCE = 1L << 50;

    /** Different logins; Dovecot's plugin sends one. */
    static final int MAX_LOGINS = 8;

    private static final String NO_SUCH_KEY =
            "no such key here: priv/quota/storage, priv/quota/messages and shared/last-login/<service>/<ip>/<user>";

    /** Of several logins of a mailbox from one IP the newest is all that matters. */
    private record LoginOrigin(MailAddress user, IpAddress ip) {}

    private final @Nullable MailAddress address;
    private final Map<LoginOrigin, Event.Login> logins = new LinkedHashMap<>();
    private @Nullable CounterChange bytes;
    private @Nullable CounterChange messages;
    private boolean incrementsBytes;
    private boolean incrementsMessages;
    private @Nullable String problem;

    /**
     * A {@code shared/} key that means nothing here: one of {@code last_login_dict_fields}, if a login is there too.
     */
    private boolean hasOtherShared;

    private boolean hasLoginKey;
    private int notOwn;
    private int withoutAddress;

    /**
     * An empty transaction.
     *
     * @param user as BEGIN has it: the owner of {@code priv/} keys; empty from {@code doveadm dict} without {@code -u}
     */
    DictTransaction(String user) {
        this.address = MailAddress.parse(user);
    }

    void set(String key, String value, Instant now) {
        DictKey what = DictKey.of(key);
        if (what instanceof DictKey.QuotaKey quota) {
            Long figure = DictNumber.parse(value);
            if (figure == null) {
                refuse("value is not a whole number of 64 bits");
            } else {
                change(quota, CounterChange.set(figure));
            }
        } else if (what instanceof DictKey.LastLoginKey told) {
            hasLoginKey = true;
            login(told, value, now);
        } else if (key.startsWith("shared/")) {
            hasOtherShared = true;
        } else {
            refuse(NO_SUCH_KEY);
        }
    }

    void unset(String key) {
        if (DictKey.of(key) instanceof DictKey.QuotaKey quota) {
            change(quota, CounterChange.unset());
        } else {
            refuse(NO_SUCH_KEY);
        }
    }

    void increment(String key, long difference) {
        if (!(DictKey.of(key) instanceof DictKey.QuotaKey quota)) {
            refuse(NO_SUCH_KEY);
        } else if (Math.abs(difference) > MAX_DIFFERENCE || difference == Long.MIN_VALUE) {
            refuse("difference is too large");
        } else {
            change(quota, CounterChange.increment(difference));
            incrementsBytes |= quota == DictKey.QuotaKey.STORAGE;
            incrementsMessages |= quota == DictKey.QuotaKey.MESSAGES;
        }
    }

    /** Why none of it can be done; null when all of it can. */
    @Nullable
    String problem() {
        return problem == null && hasOtherShared && !hasLoginKey ? NO_SUCH_KEY : problem;
    }

    /** The mailbox whose figures change; null when its name is not an address. */
    @Nullable
    MailAddress address() {
        return address;
    }

    boolean incrementsBytes() {
        return incrementsBytes;
    }

    boolean incrementsMessages() {
        return incrementsMessages;
    }

    boolean increments() {
        return incrementsBytes || incrementsMessages;
    }

    /** The events to record; none without a mailbox or without operations. */
    List<Event> events() {
        List<Event> events = new ArrayList<>(1 + logins.size());
        if (address != null && (bytes != null || messages != null)) {
            events.add(new Event.QuotaUpdate(address, bytes, messages));
        }
        events.addAll(logins.values());
        return events;
    }

    /** Its events are pending: what is not asked for any more is not kept until it is answered. */
    void recorded() {
        logins.clear();
    }

    /** Logins by master users into a mailbox, which are not its owner's. */
    int notOwn() {
        return notOwn;
    }

    /** Logins whose key has no address. */
    int withoutAddress() {
        return withoutAddress;
    }

    /** Logins in memory. */
    int logins() {
        return logins.size();
    }

    private void login(DictKey.LastLoginKey told, String value, Instant now) {
        if (LastLoginValue.isWithoutAddress(told)) {
            withoutAddress++;
            return;
        }
        if (!LastLoginValue.isLogin(told)) {
            return;
        }
        if (address != null && !told.isByOwner(address)) {
            notOwn++;
            return;
        }
        // BEGIN's user is the login's; doveadm leaves it empty.
        Event.Login login =
                LastLoginValue.read(told, address != null ? address : MailAddress.parse(told.user()), value, now);
        if (login == null) {
            refuse("want last-login/<service>/<ip>/<user@domain> and a time since 2000");
        } else {
            keep(login);
        }
    }

    private void keep(Event.Login login) {
        LoginOrigin origin = new LoginOrigin(login.address(), login.ip());
        if (logins.size() >= MAX_LOGINS && !logins.containsKey(origin)) {
            refuse("more than " + MAX_LOGINS + " logins in one transaction");
        } else {
            logins.merge(
                    origin, login, (known, told) -> LastLoginRule.replaces(told.time(), known.time()) ? told : known);
        }
    }

    private void change(DictKey.QuotaKey quota, CounterChange change) {
        if (quota == DictKey.QuotaKey.STORAGE) {
            bytes = bytes == null ? change : bytes.then(change);
        } else {
            messages = messages == null ? change : messages.then(change);
        }
    }

    /** None of it can be done; the first reason is the one that is sent. */
    void refuse(String why) {
        problem = problem == null ? why : problem;
    }
}
