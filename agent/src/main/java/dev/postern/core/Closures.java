package dev.postern.core;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * IPs whose window somebody has closed, and when: logins up to then open it no more, however late they are told. Bounded:
 * when there is no room, that holds for every IP.
 */
final class Closures {

    private final int most;
    private final Map<Ip, Instant> closed = new HashMap<>();
    private Instant allUpTo = Instant.MIN;

    Closures(int most) {
        this.most = most;
    }

    void close(Ip ip, Instant when) {
        if (closed.size() >= most && !closed.containsKey(ip)) {
            allUpTo = when;
            closed.clear();
        } else {
            closed.put(ip, when);
        }
    }

    boolean cover(Ip ip, Instant login) {
        Instant when = closed.get(ip);
        return !login.isAfter(allUpTo) || (when != null && !login.isAfter(when));
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
        allUpTo = allUpTo.isAfter(now) ? now : allUpTo;
    }
}
