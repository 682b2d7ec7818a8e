package dev.postern.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which IP addresses have just logged in, and as whom: POP-before-SMTP. Knows nothing of whether a mailbox exists or is
 * active; who asks must see to that before a window counts, and says here what it has learnt: {@link #confirm} and
 * {@link #reject}.
 *
 * <p>Bounded: when there is no room, a window is not opened and the login is otherwise unaffected. It fails shut.
 */
public final class RelayWindows {

    private static final Duration SWEEP_PAUSE = Duration.ofSeconds(1);

    /**
     * A window.
     *
     * @param ip that logged in
     * @param service Dovecot's name of the protocol; {@code unknown} when it was read back
     * @param until when it ends
     */
    public record Open(Ip ip, Address user, String service, Instant login, Instant until) {}

    /**
     * What is kept of it.
     *
     * @param time of the login, never after the moment it was noted
     * @param told whether {@link #confirm} has given it
     */
    private record Window(Ip ip, String service, Instant time, boolean told) {}

    private final Duration window;
    private final List<Network> excluded;
    private final int maxWindows;
    private final Map<Ip, Map<Address, Window>> windows = new HashMap<>();
    private final Map<Address, Set<Ip>> untold = new HashMap<>();
    private final Closures closures;
    private Instant nextSweep = Instant.MIN;
    private int size;
    private long refused;

    /**
     * All shut.
     *
     * @param window how long after a login its IP may relay
     * @param excluded networks whose logins open nothing: webmail, proxies, monitoring
     * @param maxWindows how many pairs of IP and mailbox are kept, and how many IPs that have been closed
     */
    public RelayWindows(Duration window, List<Network> excluded, int maxWindows) {
        this.window = window;
        this.excluded = List.copyOf(excluded);
        this.maxWindows = maxWindows;
        this.closures = new Closures(maxWindows);
    }

    /**
     * Notes a login. An older login than the one known changes nothing; one in the future counts from now, so that no clock
     * and no peer can open a window for longer than it lasts.
     *
     * @return whether the IP's window for this mailbox now lasts longer than before
     */
    public boolean note(Event.Login login, Instant now) {
        Ip ip = login.ip();
        Instant time = login.time().isAfter(now) ? now : login.time();
        if (isOver(time, now) || isExcluded(ip) || closures.cover(ip, time)) {
            return false;
        }
        Window known = find(ip, login.user());
        boolean newer = known == null ? !isFull(now) : known.time().isBefore(time) || isAhead(known, now);
        if (newer) {
            boolean told = known != null && known.told() && isOpen(known, now);
            put(ip, login.user(), new Window(ip, login.service(), time, told));
        }
        return newer;
    }

    /** Mailboxes whose login holds this IP's window open now; usually none or one. */
    public List<Address> holders(Ip ip, Instant now) {
        Map<Address, Window> users = isExcluded(ip) ? null : windows.get(ip);
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

    /** Every window that a login holds open now. */
    public List<Open> open(Instant now) {
        List<Open> open = new ArrayList<>();
        windows.values()
                .forEach(users -> users.forEach((user, login) -> {
                    if (isOpen(login, now)) {
                        open.add(opened(user, login));
                    }
                }));
        return List.copyOf(open);
    }

    /**
     * The mailbox exists and is active.
     *
     * @return those of its windows that have not been returned here since they opened
     */
    public List<Open> confirm(Address user, Instant now) {
        List<Open> opened = new ArrayList<>(1);
        for (Ip ip : Set.copyOf(untold.getOrDefault(user, Set.of()))) {
            Window login = find(ip, user);
            if (login != null && isOpen(login, now)) {
                put(ip, user, new Window(login.ip(), login.service(), login.time(), true));
                opened.add(opened(user, login));
            }
        }
        return opened;
    }

    /** There is no such active mailbox: what its logins would open, and nobody has been told of, stays shut. */
    public void reject(Address user) {
        Set.copyOf(untold.getOrDefault(user, Set.of())).forEach(ip -> remove(ip, user));
    }

    /** The mailbox is not active any more: its window for this IP is over, unless it is newer than what is known of it. */
    public void reject(Ip ip, Address user) {
        Window login = find(ip, user);
        if (login != null && login.told()) {
            remove(ip, user);
        }
    }

    /**
     * Closes an IP's window, whoever holds it open. Logins up to now open it no more, however late they are told; a later one
     * does.
     *
     * @return whether it was open
     */
    public boolean close(Ip ip, Instant now) {
        boolean wasOpen = !holders(ip, now).isEmpty();
        closures.close(ip, now);
        Set.copyOf(windows.getOrDefault(ip, Map.of()).keySet()).forEach(user -> remove(ip, user));
        return wasOpen;
    }

    /** Forgets what has run out. To be called now and then; lookups do not depend on it. */
    public void sweep(Instant now) {
        closures.sweep(now.minus(window), now);
        List<Map.Entry<Ip, Address>> over = new ArrayList<>();
        windows.forEach((ip, users) -> users.forEach((user, login) -> {
            if (isOver(login.time(), now)) {
                over.add(Map.entry(ip, user));
            }
        }));
        over.forEach(each -> remove(each.getKey(), each.getValue()));
    }

    /** Pairs of IP and mailbox in memory, those that ran out since the last sweep included. */
    public int size() {
        return size;
    }

    /** Logins so far that opened nothing because there was no room. */
    public long refused() {
        return refused;
    }

    private Open opened(Address user, Window login) {
        return new Open(
                login.ip(), user, login.service(), login.time(), login.time().plus(window));
    }

    private @Nullable Window find(Ip ip, Address user) {
        Map<Address, Window> users = windows.get(ip);
        return users == null ? null : users.get(user);
    }

    private void put(Ip ip, Address user, Window login) {
        Window before = windows.computeIfAbsent(ip, none -> new HashMap<>(2)).put(user, login);
        size += before == null ? 1 : 0;
        if (login.told()) {
            tell(ip, user);
        } else {
            untold.computeIfAbsent(user, none -> new HashSet<>(2)).add(ip);
        }
    }

    private void remove(Ip ip, Address user) {
        Map<Address, Window> users = windows.get(ip);
        if (users == null || users.remove(user) == null) {
            return;
        }
        size--;
        if (users.isEmpty()) {
            windows.remove(ip);
        }
        tell(ip, user);
    }

    private void tell(Ip ip, Address user) {
        Set<Ip> ips = untold.get(user);
        if (ips != null && ips.remove(ip) && ips.isEmpty()) {
            untold.remove(user);
        }
    }

    private boolean isOver(Instant login, Instant now) {
        return !login.isAfter(now.minus(window));
    }

    /** From before the clock was set back: the window must not last longer for that. */
    private static boolean isAhead(Window login, Instant now) {
        return login.time().isAfter(now);
    }

    private boolean isOpen(Window login, Instant now) {
        return !isOver(login.time(), now) && !isAhead(login, now);
    }

    private boolean isFull(Instant now) {
        if (size >= maxWindows && !now.isBefore(nextSweep)) {
            // Not at every login: it goes through all of them.
            nextSweep = now.plus(SWEEP_PAUSE);
            sweep(now);
        }
        boolean full = size >= maxWindows;
        refused += full ? 1 : 0;
        return full;
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
