package dev.postern.relay;

import dev.postern.mailbox.MailboxView;
import dev.postern.mailbox.SliceRunner;
import dev.postern.model.MailAddress;
import dev.postern.model.Mailbox;
import dev.postern.model.Timers;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Gathers the windows of active mailboxes for one list, slice by slice. */
final class OpenWindowsReader {

    /** Mailboxes to be read for one list; for more than these, what was last known decides. */
    static final int MOST_READ = 1000;

    private final MailboxView view;
    private final RelayWindows windows;
    private final InstantSource clock;
    private final Timers timers;
    private final Predicate<MailAddress> wanted;
    private final Map<MailAddress, Future<@Nullable Mailbox>> holders = new HashMap<>();
    private final List<RelayWindows.OpenWindow> undecided = new ArrayList<>();
    private final OpenWindows found;

    /** @param wanted whose windows, before anything is read of them */
    public OpenWindowsReader(
            MailboxView view, RelayWindows windows, InstantSource clock, Timers timers, Predicate<MailAddress> wanted) {
        this.view = view;
        this.windows = windows;
        this.clock = clock;
        this.timers = timers;
        this.wanted = wanted;
        this.found = new OpenWindows(windows, clock);
    }

    /** Never fails because of the database. */
    public Future<OpenWindows> read(Iterator<RelayWindows.OpenWindow> all) {
        return SliceRunner.forEach(all, this::take, timers)
                .compose(taken -> Future.join(List.copyOf(holders.values()))
                        .transform(read -> SliceRunner.forEach(undecided.iterator(), this::decide, timers)))
                .map(decided -> found);
    }

    private void take(RelayWindows.OpenWindow window) {
        if (!wanted.test(window.address()) || !windows.isOpen(window, clock.instant())) {
            return;
        }
        if (holders.size() < MOST_READ || holders.containsKey(window.address())) {
            holders.computeIfAbsent(window.address(), user -> view.shortly(view.find(user)));
            undecided.add(window);
        } else {
            Mailbox known = view.known(window.address());
            if (known != null && known.active()) {
                found.add(window);
            }
        }
    }

    private void decide(RelayWindows.OpenWindow window) {
        if (RelayLookup.isActive(holders.get(window.address()))) {
            found.add(window);
        }
    }
}
