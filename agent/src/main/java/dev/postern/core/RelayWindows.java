package dev.postern.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Which IP addresses have just logged in, and as whom: POP-before-SMTP. Knows nothing of whether a mailbox exists or is
 * active; who asks must see to that before a window counts.
 *
 * <p>Bounded: when there is no room, a window is not opened and the login is otherwise unaffected. It fails shut.
 */
public final class RelayWindows {

    private static final Duration SWEEP_PAUSE = Duration.ofSeconds(1);

    private final Duration window;
    private final List<Network> excluded;
    private final int maxWindows;
    private final Map<Ip, Map<Address, Instant>> logins = new HashMap<>();
    private Instant nextSweep = Instant.MIN;
    private int size;

    /**
     * @param window how long after a login its IP may relay
     * @param excluded networks whose logins open nothing: webmail, proxies, monitoring
     * @param maxWindows how many pairs of IP and mailbox are kept
     */
    public RelayWindows(Duration window, List<Network> excluded, int maxWindows) {
        this.window = window;
        this.excluded = List.copyOf(excluded);
        this.maxWindows = maxWindows;
    }

    /**
     * Notes a login. An older login than the one known changes nothing; one in the future counts from now, so that no clock
     * and no peer can open a window for longer than it lasts.
     *
     * @return whether the IP's window for this mailbox now lasts longer than before
     */
    public boolean note(Ip ip, Address user, Instant told, Instant now) {
        Instant login = told.isAfter(now) ? now : told;
        if (isOver(login, now) || isExcluded(ip)) {
            return false;
        }
        Map<Address, Instant> users = logins.get(ip);
        Instant known = users == null ? null : users.get(user);
        boolean newer = known == null ? !isFull(now) : known.isBefore(login) || known.isAfter(now);
        if (!newer) {
            return false;
        }
        logins.computeIfAbsent(ip, none -> new HashMap<>(2)).put(user, login);
        size += known == null ? 1 : 0;
        return true;
    }

    /** Mailboxes whose login holds this IP's window open now; usually none or one. */
    public List<Address> holders(Ip ip, Instant now) {
        Map<Address, Instant> users = logins.get(ip);
        if (users == null) {
            return List.of();
        }
        List<Address> holders = new ArrayList<>(users.size());
        users.forEach((user, login) -> {
            if (isOpen(login, now)) {
                holders.add(user);
            }
        });
        return holders;
    }

    /** Forgets what has run out. To be called now and then; lookups do not depend on it. */
    public void sweep(Instant now) {
        for (Iterator<Map<Address, Instant>> all = logins.values().iterator(); all.hasNext(); ) {
            Map<Address, Instant> users = all.next();
            int before = users.size();
            users.values().removeIf(login -> isOver(login, now));
            size -= before - users.size();
            if (users.isEmpty()) {
                all.remove();
            }
        }
    }

    /** Pairs of IP and mailbox in memory, those that ran out since the last sweep included. */
    public int size() {
        return size;
    }

    private boolean isOver(Instant login, Instant now) {
        return !login.isAfter(now.minus(window));
    }

    /** A login after now is one from before the clock was set back: the window must not last longer for that. */
    private boolean isOpen(Instant login, Instant now) {
        return !isOver(login, now) && !login.isAfter(now);
    }

    private boolean isFull(Instant now) {
        if (size >= maxWindows && !now.isBefore(nextSweep)) {
            // Not at every login: it goes through all of them.
            nextSweep = now.plus(SWEEP_PAUSE);
            sweep(now);
        }
        return size >= maxWindows;
    }

    private boolean isExcluded(Ip ip) {
        for (Network network : excluded) {
            if (network.contains(ip)) {
                return true;
            }
        }
        return false;
    }
}
