package dev.postern.relay;

import dev.postern.mailbox.MailboxView;
import dev.postern.model.IpAddress;
import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an administrator sees and does of relay windows. */
public final class RelayAdmin {

    /** Mailboxes to be read for one list; of more than these it says what was last known. */
    static final int MAX_READ = 1000;

    private static final Logger log = LoggerFactory.getLogger(RelayAdmin.class);

    private final MailboxView view;
    private final RelayWindows windows;
    private final InstantSource clock;
    private final ClosedWindowsSaver saver;
    private long reportedRefused;

    /** Where closed windows are remembered beyond this life. */
    @FunctionalInterface
    public interface ClosedWindowsSaver {
        /** Completes once they are kept, or cannot be. */
        Future<Void> save(List<RelayWindows.ClosedWindow> closures);
    }

    public RelayAdmin(MailboxView view, RelayWindows windows, InstantSource clock, ClosedWindowsSaver keeping) {
        this.view = view;
        this.windows = windows;
        this.clock = clock;
        this.saver = keeping;
    }

    /**
     * The windows that a lookup would find open now, those that end last first: of mailboxes that are known to exist and to be
     * active. Never fails.
     *
     * @return a list that does not change any more
     */
    public Future<List<RelayWindows.OpenWindow>> open() {
        Map<MailAddress, Future<@Nullable Mailbox>> holders = new HashMap<>();
        for (RelayWindows.OpenWindow window : windows.open(clock.instant())) {
            holders.computeIfAbsent(window.address(), address -> find(address, holders.size()));
        }
        return Future.join(List.copyOf(holders.values()))
                .transform(read -> Future.succeededFuture(openOf(holders, clock.instant())));
    }

    /** Forgets what has run out, and says what there was no room for since the last time. To be called now and then. */
    public void sweep() {
        windows.sweep(clock.instant());
        long refused = windows.refused() - reportedRefused;
        reportedRefused += refused;
        if (refused > 0) {
            log.atWarn().addKeyValue("logins", refused).log("relay windows full: limits.relay_windows");
        }
    }

    /**
     * Closes an IP's window at once, whoever holds it open. A later login opens it anew.
     *
     * @return whether it was open; complete once a restart would not open it again
     */
    public Future<Boolean> close(IpAddress ip) {
        boolean wasOpen = windows.close(ip, clock.instant());
        log.atInfo().addKeyValue("rip", ip).addKeyValue("open", wasOpen).log("relay window closed");
        return saver.save(windows.closedWindows()).map(wasOpen);
    }

    private Future<@Nullable Mailbox> find(MailAddress address, int before) {
        return before < MAX_READ
                ? view.shortly(view.findCurrent(address))
                : Future.succeededFuture(view.known(address));
    }

    private List<RelayWindows.OpenWindow> openOf(Map<MailAddress, Future<@Nullable Mailbox>> holders, Instant now) {
        return windows.open(now).stream()
                .filter(window -> RelayLookup.isActive(holders.get(window.address())))
                .sorted(Comparator.comparing(RelayWindows.OpenWindow::until).reversed())
                .toList();
    }
}
