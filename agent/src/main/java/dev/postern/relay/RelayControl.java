package dev.postern.relay;

import dev.postern.mailbox.Directory;
import dev.postern.model.Address;
import dev.postern.model.Ip;
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
public final class RelayControl {

    /** Mailboxes to be read for one list; of more than these it says what was last known. */
    static final int MOST_READ = 1000;

    private static final Logger log = LoggerFactory.getLogger(RelayControl.class);

    private final Directory directory;
    private final RelayWindows windows;
    private final InstantSource clock;
    private final Keeping keeping;
    private long saidRefused;

    /** Where closed windows are remembered beyond this life. */
    @FunctionalInterface
    public interface Keeping {
        /** Completes once they are kept, or cannot be. */
        Future<Void> keep(List<RelayWindows.Closure> closures);
    }

    public RelayControl(Directory directory, RelayWindows windows, InstantSource clock, Keeping keeping) {
        this.directory = directory;
        this.windows = windows;
        this.clock = clock;
        this.keeping = keeping;
    }

    /**
     * The windows that a lookup would find open now, those that end last first: of mailboxes that are known to exist and to be
     * active. Never fails.
     *
     * @return a list that does not change any more
     */
    public Future<List<RelayWindows.Open>> open() {
        Map<Address, Future<@Nullable Mailbox>> holders = new HashMap<>();
        for (RelayWindows.Open window : windows.open(clock.instant())) {
            holders.computeIfAbsent(window.user(), user -> find(user, holders.size()));
        }
        return Future.join(List.copyOf(holders.values()))
                .transform(read -> Future.succeededFuture(openOf(holders, clock.instant())));
    }

    /** Forgets what has run out, and says what there was no room for since the last time. To be called now and then. */
    public void sweep() {
        windows.sweep(clock.instant());
        long refused = windows.refused() - saidRefused;
        saidRefused += refused;
        if (refused > 0) {
            log.atWarn().addKeyValue("logins", refused).log("relay windows full: limits.relay_windows");
        }
    }

    /**
     * Closes an IP's window at once, whoever holds it open. A later login opens it anew.
     *
     * @return whether it was open; complete once a restart would not open it again
     */
    public Future<Boolean> close(Ip ip) {
        boolean wasOpen = windows.close(ip, clock.instant());
        log.atInfo().addKeyValue("rip", ip).addKeyValue("open", wasOpen).log("relay window closed");
        return keeping.keep(windows.closures()).map(wasOpen);
    }

    private Future<@Nullable Mailbox> find(Address user, int before) {
        return before < MOST_READ ? directory.findCurrent(user) : Future.succeededFuture(directory.known(user));
    }

    private List<RelayWindows.Open> openOf(Map<Address, Future<@Nullable Mailbox>> holders, Instant now) {
        return windows.open(now).stream()
                .filter(window -> RelayLookup.isActive(holders.get(window.user())))
                .sorted(Comparator.comparing(RelayWindows.Open::until).reversed())
                .toList();
    }
}
