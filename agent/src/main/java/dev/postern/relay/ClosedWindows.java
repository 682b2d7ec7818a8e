package dev.postern.relay;

import dev.postern.model.IpAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * IPs whose window an administrator has closed, and when: logins up to then do not reopen it, however late they arrive.
 * Bounded: beyond the bound this holds for every IP.
 */
final class ClosedWindows {

    private final int maxWindows;
    private final Map<IpAddress, Instant> closed = new HashMap<>();
    private Instant allUpTo = Instant.MIN;
    private long full;

    ClosedWindows(int most) {
        this.maxWindows = most;
    }

    void close(IpAddress ip, Instant when) {
        if (closed.size() >= maxWindows && !closed.containsKey(ip)) {
            full++;
            closeAll(when);
            closed.clear();
        } else {
            closed.put(ip, when);
        }
    }

    boolean cover(IpAddress ip, Instant login) {
        Instant when = closed.get(ip);
        return !login.isAfter(allUpTo) || (when != null && !login.isAfter(when));
    }

    /** All logins up to then open nothing. */
    void closeAll(Instant when) {
        allUpTo = when.isAfter(allUpTo) ? when : allUpTo;
    }

    /** Times so far that the bound was reached. */
    long full() {
        return full;
    }

    List<RelayWindows.ClosedWindow> all() {
        List<RelayWindows.ClosedWindow> all = new ArrayList<>();
        if (allUpTo.isAfter(Instant.MIN)) {
            all.add(new RelayWindows.ClosedWindow(null, allUpTo));
        }
        closed.forEach((ip, when) -> all.add(new RelayWindows.ClosedWindow(ip, when)));
        return all;
    }

    /**
     * Forgets what matters no more.
     *
     * @param oldest a login up to then opens nothing anyway
     */
    void sweep(Instant oldest, Instant now) {
        closed.values().removeIf(when -> !when.isAfter(oldest));
        // A clock that was set back must not keep out logins of what is still to come.
        closed.replaceAll((ip, when) -> when.isAfter(now) ? now : when);
        allUpTo = allUpTo.isAfter(now) ? now : allUpTo.isAfter(oldest) ? allUpTo : Instant.MIN;
    }
}
