package dev.postern.relay;

import dev.postern.mailbox.MailboxView;
import dev.postern.model.IpAddress;
import dev.postern.model.LookupResult;
import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.model.MailboxRows;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code pop-before-smtp} map: has someone just logged in from this IP? Fails shut: only the login of a mailbox that is
 * known to exist and to be active opens the relay. A mailbox that has been disabled closes it within the cache time.
 */
public final class RelayLookup {

    private static final Logger log = LoggerFactory.getLogger(RelayLookup.class);

    private static final LookupResult OPEN = new LookupResult.Found("OK");

    private final MailboxView view;
    private final RelayWindows windows;
    private final InstantSource clock;
    private boolean loaded;

    public RelayLookup(MailboxView view, RelayWindows windows, InstantSource clock) {
        this.view = view;
        this.windows = windows;
        this.clock = clock;
    }

    /** The windows of before the start have been read back: from now on, an IP that is not there has none. */
    public void loaded() {
        loaded = true;
    }

    /**
     * Takes rows that were read back as soon as they were written: what active mailboxes have opened by
     * their logins is told now, and no other opens anything.
     *
     * @param asked what it was about; an address without a row has none
     */
    public void refreshed(Collection<MailAddress> asked, MailboxRows rows) {
        for (MailAddress address : asked) {
            Mailbox mailbox = rows.found().get(address);
            if (mailbox != null && mailbox.active()) {
                opened(address);
            } else {
                windows.reject(address);
            }
        }
    }

    /**
     * Looks a client up.
     *
     * @param key as Postfix sent it; names, parts of addresses and anything else that is no whole IP are missing
     */
    public Future<LookupResult> answer(String key) {
        IpAddress ip = IpAddress.parse(key);
        if (ip == null) {
            return Future.succeededFuture(LookupResult.MISSING);
        }
        Map<MailAddress, Future<@Nullable Mailbox>> pending = new HashMap<>();
        for (MailAddress holder : windows.addresses(ip, clock.instant())) {
            Future<@Nullable Mailbox> mailbox = view.findCurrent(holder);
            if (isActive(mailbox)) {
                opened(holder);
                return Future.succeededFuture(OPEN);
            }
            pending.put(holder, mailbox);
        }
        if (pending.isEmpty()) {
            return Future.succeededFuture(noneOpen());
        }
        return Future.join(List.copyOf(pending.values()))
                .transform(done -> Future.succeededFuture(answer(ip, pending)));
    }

    private LookupResult answer(IpAddress ip, Map<MailAddress, Future<@Nullable Mailbox>> mailboxes) {
        // Reading takes time, and a window may have run out meanwhile.
        mailboxes.keySet().retainAll(windows.addresses(ip, clock.instant()));
        boolean open = false;
        for (var mailbox : mailboxes.entrySet()) {
            if (isActive(mailbox.getValue())) {
                opened(mailbox.getKey());
                open = true;
            } else if (mailbox.getValue().succeeded()) {
                windows.reject(ip, mailbox.getKey());
            }
        }
        if (open) {
            return OPEN;
        }
        if (mailboxes.values().stream().anyMatch(Future::failed)) {
            return new LookupResult.TempFail("mailbox cannot be read now");
        }
        return noneOpen();
    }

    /** One line for each window, the first time that it is known to be one; in the words of Dovecot's own lines of logins. */
    private void opened(MailAddress user) {
        for (RelayWindows.OpenWindow window : windows.confirm(user, clock.instant())) {
            log.atInfo()
                    .addKeyValue("user", "<" + window.address() + ">")
                    .addKeyValue("rip", window.ip())
                    .addKeyValue("service", window.service())
                    .addKeyValue("until", window.until())
                    .log("relay window opened");
        }
    }

    private LookupResult noneOpen() {
        return loaded ? LookupResult.MISSING : new LookupResult.TempFail("starting");
    }

    static boolean isActive(@Nullable Future<@Nullable Mailbox> mailbox) {
        return mailbox != null
                && mailbox.succeeded()
                && mailbox.result() != null
                && mailbox.result().active();
    }
}
