package dev.postern.relay;

import dev.postern.mailbox.MailboxView;
import dev.postern.model.IpAddress;
import dev.postern.model.MailAddress;
import dev.postern.model.Timers;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an administrator sees and does of relay windows. */
public final class RelayAdmin {

    private static final Logger log = LoggerFactory.getLogger(RelayAdmin.class);

    private final MailboxView view;
    private final RelayWindows windows;
    private final InstantSource clock;
    private final Timers timers;
    private final ClosedWindowsSaver saver;
    private long reportedRefused;

    /** Where closed windows are remembered beyond this life. */
    @FunctionalInterface
    public interface ClosedWindowsSaver {
        /** Completes once they are kept, or cannot be. */
        Future<Void> save(List<RelayWindows.ClosedWindow> closures);
    }

    public RelayAdmin(
            MailboxView view, RelayWindows windows, InstantSource clock, Timers timers, ClosedWindowsSaver keeping) {
        this.view = view;
        this.windows = windows;
        this.clock = clock;
        this.timers = timers;
        this.saver = keeping;
    }

    /**
     * The windows that a lookup would find open now, those that end last first: of mailboxes that are known to exist
     * and to be active. Never fails.
     *
     * @param wanted whose windows; nothing is read of other mailboxes
     */
    public Future<OpenWindows> open(Predicate<MailAddress> wanted) {
        return reader(wanted).read(windows.iterator());
    }

    /**
     * Likewise those that {@link #close} of this IP would close: of IPv6, of all addresses that share a window with it.
     */
    public Future<OpenWindows> openTo(IpAddress ip) {
        return reader(everybody -> true).read(windows.iterator(ip));
    }

    private OpenWindowsReader reader(Predicate<MailAddress> wanted) {
        return new OpenWindowsReader(view, windows, clock, timers, wanted);
    }

    /** Drops expired windows and logs how many found no room since the last call. To be called now and then. */
    public void sweep() {
        windows.sweep(clock.instant());
        long refused = windows.refused() - reportedRefused;
        reportedRefused += refused;
        if (refused > 0) {
            log.atWarn().addKeyValue("logins", refused).log("relay windows full: limits.relay_windows");
        }
    }

    /**
     * Closes an IP's window at once, for all mailboxes that hold it open. A later login opens it anew.
     *
     * @return whether it was open; complete once a restart would not open it again
     */
    public Future<Boolean> close(IpAddress ip) {
        boolean wasOpen = windows.close(ip, clock.instant());
        log.atInfo().addKeyValue("rip", ip).addKeyValue("open", wasOpen).log("relay window closed");
        return saver.save(windows.closedWindows()).map(wasOpen);
    }
}
