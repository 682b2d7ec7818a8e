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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The {@code pop-before-smtp} map: has a mailbox just logged in from this IP? Fails shut: only the login of a mailbox
 * that is known to exist and to be active opens the relay. A mailbox that has been disabled closes it within the cache
 * time.
 */
public final class RelayLookup {

    private static final Logger log = LoggerFactory.getLogger(RelayLookup.class);

    private static final LookupResult OPEN = new LookupResult.Found("OK");

    private final MailboxView view;
    private final RelayWindows windows;
    private final InstantSource clock;
    private final Set<MailAddress> pending = new HashSet<>();
    private boolean loaded;

    public RelayLookup(MailboxView view, RelayWindows windows, InstantSource clock) {
        this.view = view;
        this.windows = windows;
        this.clock = clock;
    }

    /** The windows from before the start have been read back: from now on, an IP that is not there has none. */
    public void loaded() {
        loaded = true;
    }

    /**
     * Takes a login before the database has it. When its mailbox is known to be active the window is open from now on,
     * and that is logged now, as pending.
     */
    public void loggedIn(MailAddress user) {
        Mailbox known = view.known(user);
        if (known != null && known.active() && opened(user, true)) {
            pending.add(user);
        }
    }

    /**
     * Takes rows that were read back as soon as they were written: what active mailboxes have opened by
     * their logins are reported now, and no other opens anything.
     *
     * @param asked what it was about; an address without a row has none
     */
    public void refreshed(Collection<MailAddress> asked, MailboxRows rows) {
        for (MailAddress address : asked) {
            Mailbox mailbox = rows.found().get(address);
            boolean wasPending = pending.remove(address);
            if (mailbox != null && mailbox.active()) {
                opened(address, false);
            } else {
                windows.reject(address);
                if (wasPending) {
                    log.atInfo()
                            .addKeyValue("user", address)
                            .addKeyValue("reason", "no active mailbox")
                            .log("relay window not confirmed");
                }
            }
        }
    }

    /**
     * Looks a client up.
     *
     * @param key as Postfix sent it; names, parts of addresses and anything else that is not a whole IP are missing
     */
    public Future<LookupResult> answer(String key) {
        IpAddress ip = IpAddress.parse(key);
        if (ip == null) {
            return Future.succeededFuture(LookupResult.MISSING);
        }
        Map<MailAddress, Future<@Nullable Mailbox>> pending = new HashMap<>();
        for (MailAddress holder : windows.addresses(ip, clock.instant())) {
            Future<@Nullable Mailbox> mailbox = view.find(holder);
            if (isActive(mailbox)) {
                opened(holder, view.isPending(holder));
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
                opened(mailbox.getKey(), view.isPending(mailbox.getKey()));
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

    /**
     * Logs one line for each window, the first time that it is known to be one.
     *
     * @param isPending whether the login is not in the database yet
     * @return whether there was any
     */
    private boolean opened(MailAddress user, boolean isPending) {
        List<RelayWindows.OpenWindow> opened = windows.confirm(user, clock.instant());
        for (RelayWindows.OpenWindow window : opened) {
            LoggingEventBuilder line = log.atInfo()
                    .addKeyValue("user", window.address())
                    .addKeyValue("rip", window.ip())
                    .addKeyValue("service", window.service())
                    .addKeyValue("until", window.until());
            (isPending ? line.addKeyValue("pending", true) : line).log("relay window opened");
        }
        return !opened.isEmpty();
    }

    private LookupResult noneOpen() {
        return loaded ? LookupResult.MISSING : new LookupResult.TempFail("starting");
    }

    public static boolean isActive(@Nullable Future<@Nullable Mailbox> mailbox) {
        return mailbox != null
                && mailbox.succeeded()
                && mailbox.result() != null
                && mailbox.result().active();
    }
}
