package dev.postern.relay;

import dev.postern.model.Ip;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * IPs whose window somebody has closed, and when: logins up to then open it no more, however late they are told. Bounded:
 * when there is no room, that holds for every IP.
 */
final class Closures {

    private final int most;
    private final Map<Ip, Instant> closed = new HashMap<>();
    private Instant allUpTo = Instant.MIN;
    private long full;

    Closures(int most) {
        this.most = most;
    }

    void close(Ip ip, Instant when) {
        if (closed.size() >= most && !closed.containsKey(ip)) {
            full++;
            closeAll(when);
            closed.clear();
        } else {
            closed.put(ip, when);
        }
    }

    boolean cover(Ip ip, Instant login) {
        Instant when = closed.get(ip);
        return !login.isAfter(allUpTo) || (when != null && !login.isAfter(when));
    }

    /** All logins up to then open nothing. */
    void closeAll(Instant when) {
        allUpTo = when.isAfter(allUpTo) ? when : allUpTo;
    }

    /** Times so far that there was no room. */
    long full() {
        return full;
    }

    List<RelayWindows.Closure> all() {
        List<RelayWindows.Closure> all = new ArrayList<>();
        if (allUpTo.isAfter(Instant.MIN)) {
            all.add(new RelayWindows.Closure(null, allUpTo));
        }
        closed.forEach((ip, when) -> all.add(new RelayWindows.Closure(ip, when)));
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
