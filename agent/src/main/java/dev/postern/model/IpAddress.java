package dev.postern.model;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An IP address as a number, so that every spelling of one address is equal. IPv4 and IPv4-mapped IPv6
 * ({@code ::ffff:192.0.2.7}) are the same address.
 *
 * @param high the upper 64 bits of the IPv6 form
 * @param low the lower 64 bits
 */
public record IpAddress(long high, long low) {

    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final String QUAD = OCTET + "(?:\\." + OCTET + "){3}";
    private static final Pattern V4 = Pattern.compile(QUAD);
    private static final String GROUP = "[0-9a-fA-F]{0,4}";
    // Begins with a digit or colon: what begins with a dot, the JDK would ask a name server for. It also takes 00007
    // for 7.
    private static final Pattern V6 = Pattern.compile("(?:" + GROUP + ":){2,8}(?:" + GROUP + "|" + QUAD + ")");
    private static final long MAPPED = 0xffff_0000_0000L;

    /**
     * Reads a whole literal, never a name and never part of an address; nothing is ever looked up.
     *
     * @return null when it is not a complete IPv4 or IPv6 literal
     */
    public static @Nullable IpAddress parse(String literal) {
        Pattern form = literal.indexOf(':') >= 0 ? V6 : V4;
        if (!form.matcher(literal).matches()) {
            return null;
        }
        try {
            // The patterns above leave only literals, for which the JDK asks no name server.
            return of(InetAddress.getByName(literal).getAddress());
        } catch (UnknownHostException notALiteral) {
            return null;
        }
    }

    private static IpAddress of(byte[] bytes) {
        if (bytes.length == 4) {
            return new IpAddress(0, MAPPED | number(bytes, 0, 4));
        }
        return new IpAddress(number(bytes, 0, 8), number(bytes, 8, 8));
    }

    private static long number(byte[] bytes, int from, int count) {
        long value = 0;
        for (int i = from; i < from + count; i++) {
            value = value << 8 | (bytes[i] & 0xff);
        }
        return value;
    }

    public boolean isV4() {
        return high == 0 && low >>> 32 == 0xffff;
    }

    /**
     * This address with zeros behind a prefix.
     *
     * @param bits from 0 to 128, of the IPv6 form
     */
    public IpAddress masked(int bits) {
        return new IpAddress(high & highMask(bits), low & lowMask(bits));
    }

    static long highMask(int bits) {
        return bits >= 64 ? -1L : bits == 0 ? 0 : -1L << (64 - bits);
    }

    static long lowMask(int bits) {
        return bits <= 64 ? 0 : -1L << (128 - bits);
    }

    /** Dotted quad, or the shortest lower-case IPv6 form (RFC 5952): as Postfix and Dovecot write addresses. */
    @Override
    public String toString() {
        return isV4() ? dottedQuad() : colons();
    }

    private String dottedQuad() {
        return (low >> 24 & 0xff) + "." + (low >> 16 & 0xff) + "." + (low >> 8 & 0xff) + "." + (low & 0xff);
    }

    private String colons() {
        int gap = 8;
        int gapLength = 1;
        for (int start = 0; start < 8; start++) {
            int length = 0;
            while (start + length < 8 && group(start + length) == 0) {
                length++;
            }
            if (length > gapLength) {
                gap = start;
                gapLength = length;
            }
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == gap) {
                text.append("::");
                i += gapLength - 1;
            } else {
                if (i > 0 && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(group(i)));
            }
        }
        return text.toString();
    }

    private int group(int index) {
        long half = index < 4 ? high : low;
        return (int) (half >>> (48 - 16 * (index % 4))) & 0xffff;
    }
}
