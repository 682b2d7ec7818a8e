package dev.postern.model;

import org.jspecify.annotations.Nullable;

/** A CIDR network, IPv4 or IPv6. */
public record IpNetwork(IpAddress address, int prefixLength) {

    /**
     * Reads {@code 192.0.2.0/24}, {@code 2001:db8::/32} or a single address. {@code ::ffff:192.0.2.0/120} is IPv4.
     *
     * @return null when it is neither, the prefix is too long, or bits are set behind the prefix
     */
    public static @Nullable IpNetwork parse(String text) {
        int slash = text.indexOf('/');
        IpAddress ip = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        if (ip == null) {
            return null;
        }
        int width = text.indexOf(':') < 0 ? 32 : 128;
        int length = slash < 0 ? width : prefix(text.substring(slash + 1), width);
        if (length < 0) {
            return null;
        }
        int bits = length + 128 - width;
        return ip.masked(bits).equals(ip) ? new IpNetwork(ip, bits) : null;
    }

    private static int prefix(String digits, int width) {
        if (digits.isEmpty() || digits.length() > 3 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int length = Integer.parseInt(digits);
        return length <= width ? length : -1;
    }

    /** An IPv4 address is in no IPv6 network, however short its prefix. */
    public boolean contains(IpAddress ip) {
        return ip.isV4() == address.isV4()
                && ((ip.high() ^ address.high()) & IpAddress.highMask(prefixLength)) == 0
                && ((ip.low() ^ address.low()) & IpAddress.lowMask(prefixLength)) == 0;
    }

    @Override
    public String toString() {
        return address + "/" + (address.isV4() && prefixLength >= 96 ? prefixLength - 96 : prefixLength);
    }
}
