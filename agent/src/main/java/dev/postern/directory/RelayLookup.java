package dev.postern.directory;

import dev.postern.core.Address;
import dev.postern.core.Answer;
import dev.postern.core.Ip;
import dev.postern.core.Mailbox;
import dev.postern.core.RelayWindows;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code pop-before-smtp} map: has someone just logged in from this IP? Fails shut: only the login of a mailbox that is
 * known to exist and to be active opens the relay. A mailbox that has been disabled closes it within the cache time.
 */
public final class RelayLookup {

    private static final Answer OPEN = new Answer.Found("OK");

    private final Directory directory;
    private final RelayWindows windows;
    private final InstantSource clock;
    private boolean loaded;

    public RelayLookup(Directory directory, RelayWindows windows, InstantSource clock) {
        this.directory = directory;
        this.windows = windows;
        this.clock = clock;
    }

    /** The windows of before the start have been read back: from now on, an IP that is not there has none. */
    public void loaded() {
        loaded = true;
    }

    /**
     * Looks a client up.
     *
     * @param key as Postfix sent it; names, parts of addresses and anything else that is no whole IP are missing
     */
    public Future<Answer> answer(String key) {
        Ip ip = Ip.parse(key);
        if (ip == null) {
            return Future.succeededFuture(Answer.MISSING);
        }
        Map<Address, Future<@Nullable Mailbox>> pending = new HashMap<>();
        for (Address holder : windows.holders(ip, clock.instant())) {
            Future<@Nullable Mailbox> mailbox = directory.findCurrent(holder);
            if (isActive(mailbox)) {
                return Future.succeededFuture(OPEN);
            }
            pending.put(holder, mailbox);
        }
        if (pending.isEmpty()) {
            return Future.succeededFuture(nobody());
        }
        return Future.join(List.copyOf(pending.values()))
                .transform(done -> Future.succeededFuture(answer(ip, pending)));
    }

    private Answer answer(Ip ip, Map<Address, Future<@Nullable Mailbox>> mailboxes) {
        // Reading takes time, and a window may have run out meanwhile.
        mailboxes.keySet().retainAll(windows.holders(ip, clock.instant()));
        if (mailboxes.values().stream().anyMatch(RelayLookup::isActive)) {
            return OPEN;
        }
        if (mailboxes.values().stream().anyMatch(Future::failed)) {
            return new Answer.TempFail("mailbox cannot be read now");
        }
        return nobody();
    }

    private Answer nobody() {
        return loaded ? Answer.MISSING : new Answer.TempFail("starting");
    }

    private static boolean isActive(Future<@Nullable Mailbox> mailbox) {
        return mailbox.succeeded()
                && mailbox.result() != null
                && mailbox.result().active();
    }
}
