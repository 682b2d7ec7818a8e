package dev.postern.relay;

import dev.postern.model.Event;
import dev.postern.model.IpAddress;
import dev.postern.model.IpNetwork;
import dev.postern.model.IpNetworkList;
import dev.postern.model.LastLoginRule;
import dev.postern.model.MailAddress;
import dev.postern.pending.LoginListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * IP addresses that have just logged in, and their mailboxes: POP-before-SMTP. Does not know whether a mailbox exists
 * or is active; the caller checks that before a window counts, and reports the result: {@link #confirm} and
 * {@link #reject}.
 *
 * <p>Bounded: beyond it a window is not opened and the login is otherwise unaffected. It fails shut.
 */
public final class RelayWindows implements LoginListener {

    private static final Duration SWEEP_PAUSE = Duration.ofSeconds(1);

    /** Between this host and the one that wrote a row; {@code postfix/mysql/pop-before-smtp.cf} has the same. */
    private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(5);

    /**
     * A window.
     *
     * @param ip that logged in
     * @param service Dovecot's name of the protocol; {@code unknown} when it was read back
     * @param until when it ends
     */
    public record OpenWindow(IpAddress ip, MailAddress address, String service, Instant login, Instant until) {}

    /**
     * That a window was closed.
     *
     * @param ip null = all IPs
     * @param until logins up to then open it no more
     */
    public record ClosedWindow(@Nullable IpAddress ip, Instant until) {}

    /**
     * What is kept of it.
     *
     * @param time of the login, never after the moment it was noted
     * @param confirmed whether {@link #confirm} has given it
     */
    private record RelayWindow(IpAddress ip, String service, Instant time, boolean confirmed) {}

    private final RelayRules rules;
    private final int maxWindows;

    /** In an order, so that a list can go on where it was although windows have opened and closed meanwhile. */
    private final NavigableMap<IpAddress, NavigableMap<MailAddress, RelayWindow>> windows =
            new TreeMap<>(Comparator.comparingLong(IpAddress::high).thenComparingLong(IpAddress::low));

    private final Map<MailAddress, Set<IpAddress>> unconfirmed = new HashMap<>();
    private final ClosedWindows closedWindows;
    private Instant nextSweep = Instant.MIN;
    private int size;
    private long refused;

    /**
     * All shut.
     *
     * @param maxWindows how many pairs of IP and mailbox are kept, and how many IPs that have been closed
     */
    public RelayWindows(RelayRules rules, int maxWindows) {
        this.rules = rules;
        this.maxWindows = maxWindows;
        this.closedWindows = new ClosedWindows(maxWindows);
    }

    /** The same, with IPv6 addresses as exact as IPv4. */
    public RelayWindows(Duration window, List<IpNetwork> excluded, int maxWindows) {
        this(new RelayRules(window, 128, List.of(IpNetworkList.of(excluded))), maxWindows);
    }

    /**
     * Notes a login. An older login than the one known changes nothing; one in the future counts from now, so that no
     * clock and no peer can open a window for longer than it lasts.
     *
     * @return whether the IP's window for this mailbox now lasts longer than before
     */
    @Override
    public boolean onLogin(Event.Login login, Instant now) {
        IpAddress key = rules.key(login.ip());
        Instant time = login.time().isAfter(now) ? now : login.time();
        if (rules.isOver(time, now) || rules.isExcluded(login.ip()) || closedWindows.cover(key, time)) {
            return false;
        }
        RelayWindow known = find(key, login.address());
        boolean newer =
                known == null ? !isFull(now) : !LastLoginRule.replaces(known.time(), time) || isAhead(known, now);
        if (newer) {
            boolean told = known != null && known.confirmed() && isOpen(known, now);
            put(key, login.address(), new RelayWindow(login.ip(), login.service(), time, told));
        }
        return newer;
    }

    /**
     * Notes a login that a row or the journal has kept. A time ahead of the clock was written under a clock that was
     * wrong: it does not show when the login was, and would open the window anew at each start.
     */
    @Override
    public void readBack(MailAddress user, IpAddress ip, Instant time, Instant now) {
        if (!time.isAfter(now.plus(CLOCKS_DIFFER))) {
            onLogin(Event.Login.restored(user, ip, time), now);
        }
    }

    /** Mailboxes whose login holds this IP's window open now; usually none or one. */
    public List<MailAddress> addresses(IpAddress ip, Instant now) {
        Map<MailAddress, RelayWindow> users = rules.isExcluded(ip) ? null : windows.get(rules.key(ip));
        if (users == null) {
            return List.of();
        }
        List<MailAddress> holders = new ArrayList<>(users.size());
        users.forEach((user, login) -> {
            if (isOpen(login, now)) {
                holders.add(user);
            }
        });
        return holders;
    }

    /**
     * Every window in memory, those that ran out since the last sweep included: {@link #isOpen} decides which count.
     * Windows may be opened and closed while the iterator is in use; it has each one that is open all the while once.
     */
    public Iterator<OpenWindow> iterator() {
        return new WindowIterator(windows.isEmpty() ? null : windows.firstKey(), false);
    }

    /** Likewise those that {@link #close} of this IP would close. */
    public Iterator<OpenWindow> iterator(IpAddress ip) {
        return new WindowIterator(rules.key(ip), true);
    }

    /** Whether a login of this mailbox still holds the window of that IP open. */
    public boolean isOpen(OpenWindow window, Instant now) {
        RelayWindow login = find(rules.key(window.ip()), window.address());
        return login != null && isOpen(login, now);
    }

    /** Looks for each next window by the one before it, and holds on to nothing in the maps. */
    private final class WindowIterator implements Iterator<OpenWindow> {
        private final boolean ofOneKey;
        private @Nullable IpAddress key;
        private @Nullable MailAddress last;

        WindowIterator(@Nullable IpAddress first, boolean ofOneKey) {
            this.key = first;
            this.ofOneKey = ofOneKey;
        }

        @Override
        public boolean hasNext() {
            return entry() != null;
        }

        @Override
        public OpenWindow next() {
            Map.Entry<MailAddress, RelayWindow> entry = entry();
            if (entry == null) {
                throw new NoSuchElementException();
            }
            last = entry.getKey();
            return opened(entry.getKey(), entry.getValue());
        }

        private Map.@Nullable Entry<MailAddress, RelayWindow> entry() {
            while (key != null) {
                NavigableMap<MailAddress, RelayWindow> users = windows.get(key);
                Map.Entry<MailAddress, RelayWindow> next =
                        users == null ? null : last == null ? users.firstEntry() : users.higherEntry(last);
                if (next != null) {
                    return next;
                }
                key = ofOneKey ? null : windows.higherKey(key);
                last = null;
            }
            return null;
        }
    }

    /**
     * The mailbox exists and is active.
     *
     * @return those of its windows that have not been returned here since they opened
     */
    public List<OpenWindow> confirm(MailAddress user, Instant now) {
        List<OpenWindow> opened = new ArrayList<>(1);
        for (IpAddress key : Set.copyOf(unconfirmed.getOrDefault(user, Set.of()))) {
            RelayWindow login = find(key, user);
            if (login != null && isOpen(login, now)) {
                put(key, user, new RelayWindow(login.ip(), login.service(), login.time(), true));
                opened.add(opened(user, login));
            }
        }
        return opened;
    }

    /** The mailbox does not exist or is not active: unconfirmed windows of its logins stay shut. */
    public void reject(MailAddress user) {
        Set.copyOf(unconfirmed.getOrDefault(user, Set.of())).forEach(key -> remove(key, user));
    }

    /**
     * The mailbox is not active any more: its window for this IP is over, unless it is newer than what is known of it.
     */
    public void reject(IpAddress ip, MailAddress user) {
        IpAddress key = rules.key(ip);
        RelayWindow login = find(key, user);
        if (login != null && login.confirmed()) {
            remove(key, user);
        }
    }

    /** Times so far that one more closed IP found no room, so that no login up to then, from any IP, opens a window. */
    public long closedWindowsFull() {
        return closedWindows.full();
    }

    /** Every closure that may still matter. */
    public List<ClosedWindow> closedWindows() {
        return closedWindows.all();
    }

    /**
     * Takes a closure of a previous run, or closes all; windows that are open stay so. One that was made by a clock
     * ahead of this one covers logins up to now, and none that are still to come.
     */
    public void restore(ClosedWindow closedWindow, Instant now) {
        Instant until = closedWindow.until().isAfter(now) ? now : closedWindow.until();
        if (closedWindow.ip() == null) {
            closedWindows.closeAll(until);
        } else {
            closedWindows.close(rules.key(closedWindow.ip()), until);
        }
    }

    /**
     * Closes an IP's window, for all mailboxes that hold it open. Logins up to now do not reopen it, however late they
     * arrive; a later one does.
     *
     * @return whether it was open
     */
    public boolean close(IpAddress ip, Instant now) {
        boolean wasOpen = !addresses(ip, now).isEmpty();
        IpAddress key = rules.key(ip);
        closedWindows.close(key, now);
        Set.copyOf(windows.getOrDefault(key, new TreeMap<>()).keySet()).forEach(user -> remove(key, user));
        return wasOpen;
    }

    /** Forgets what has run out. To be called now and then; lookups do not depend on it. */
    public void sweep(Instant now) {
        closedWindows.sweep(now.minus(rules.window()), now);
        List<Map.Entry<IpAddress, MailAddress>> over = new ArrayList<>();
        windows.forEach((key, users) -> users.forEach((user, login) -> {
            if (rules.isOver(login.time(), now)) {
                over.add(Map.entry(key, user));
            }
        }));
        over.forEach(each -> remove(each.getKey(), each.getValue()));
    }

    /**
     * Open windows; one that ran out within the last second may be among them, as to look for those goes through all.
     */
    public int size(Instant now) {
        sweepAtTimes(now);
        return size;
    }

    /** Pairs of IP and mailbox in memory, those that ran out since the last sweep included. */
    public int size() {
        return size;
    }

    /** Logins so far that opened nothing because the bound was reached. */
    public long refused() {
        return refused;
    }

    private OpenWindow opened(MailAddress user, RelayWindow login) {
        return new OpenWindow(
                login.ip(), user, login.service(), login.time(), login.time().plus(rules.window()));
    }

    private @Nullable RelayWindow find(IpAddress key, MailAddress user) {
        Map<MailAddress, RelayWindow> users = windows.get(key);
        return users == null ? null : users.get(user);
    }

    private void put(IpAddress key, MailAddress user, RelayWindow login) {
        RelayWindow before =
                windows.computeIfAbsent(key, none -> new TreeMap<>()).put(user, login);
        size += before == null ? 1 : 0;
        if (login.confirmed()) {
            confirm(key, user);
        } else {
            unconfirmed.computeIfAbsent(user, none -> new HashSet<>(2)).add(key);
        }
    }

    private void remove(IpAddress key, MailAddress user) {
        Map<MailAddress, RelayWindow> users = windows.get(key);
        if (users == null || users.remove(user) == null) {
            return;
        }
        size--;
        if (users.isEmpty()) {
            windows.remove(key);
        }
        confirm(key, user);
    }

    private void confirm(IpAddress key, MailAddress user) {
        Set<IpAddress> keys = unconfirmed.get(user);
        if (keys != null && keys.remove(key) && keys.isEmpty()) {
            unconfirmed.remove(user);
        }
    }

    /** From before the clock was set back: the window must not last longer for that. */
    private static boolean isAhead(RelayWindow login, Instant now) {
        return login.time().isAfter(now);
    }

    private boolean isOpen(RelayWindow login, Instant now) {
        return !rules.isOver(login.time(), now) && !isAhead(login, now);
    }

    private boolean isFull(Instant now) {
        if (size >= maxWindows) {
            sweepAtTimes(now);
        }
        boolean full = size >= maxWindows;
        refused += full ? 1 : 0;
        return full;
    }

    /** Not at every login or lookup: it goes through all of them. */
    private void sweepAtTimes(Instant now) {
        if (!now.isBefore(nextSweep)) {
            nextSweep = now.plus(SWEEP_PAUSE);
            sweep(now);
        }
    }
}
