package dev.postern.relay;

import dev.postern.model.IpAddress;
import dev.postern.model.IpNetworkList;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Rules for relaying after a login.
 *
 * @param window for how long
 * @param ipv6Prefix how many bits of an IPv6 address have to be the same; of an IPv4 address, all have to
 * @param excluded networks that relay on no login, and whose logins open nothing: webmail, proxies, monitoring
 */
public record RelayRules(Duration window, int ipv6Prefix, List<IpNetworkList> excluded) {

    public RelayRules {
        excluded = List.copyOf(excluded);
    }

    /** What is common to all addresses that share a window. */
    IpAddress key(IpAddress ip) {
        return ip.isV4() ? ip : ip.masked(ipv6Prefix);
    }

    boolean isExcluded(IpAddress ip) {
        for (IpNetworkList networks : excluded) {
            if (networks.contains(ip)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the window of a login has ended, or has never begun. */
    boolean isOver(Instant login, Instant now) {
        return !login.isAfter(now.minus(window));
    }
}
