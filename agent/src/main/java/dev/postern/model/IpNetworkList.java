package dev.postern.model;

import java.util.List;

/**
 * Networks and exceptions from them: of those that an address is in, the first decides, as in Postfix's
 * {@code mynetworks}.
 */
public record IpNetworkList(List<NetworkPattern> items) {

    /**
     * One of them.
     *
     * @param exception whether an address in it is not in the list
     */
    public record NetworkPattern(IpNetwork network, boolean exception) {}

    public IpNetworkList {
        items = List.copyOf(items);
    }

    public static IpNetworkList of(List<IpNetwork> networks) {
        return new IpNetworkList(networks.stream()
                .map(network -> new NetworkPattern(network, false))
                .toList());
    }

    public boolean contains(IpAddress ip) {
        for (NetworkPattern item : items) {
            if (item.network().contains(ip)) {
                return !item.exception();
            }
        }
        return false;
    }
}
