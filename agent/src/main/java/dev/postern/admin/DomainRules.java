package dev.postern.admin;

import dev.postern.model.MailboxNameRules;
import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;

/** The rules for a domain and its transport. */
public final class DomainRules {

    /** Mail of such a domain ends in Dovecot here. */
    public static final String LOCAL_TRANSPORT = "dovecot:";

    /** RFC 1035, 2.3.4, without the length of the last label. */
    private static final int MAX_LENGTH = 253;

    /** Width of {@code domain.transport}. */
    private static final int MAX_TRANSPORT = 255;

    /** What Postfix calls a transport, and its next hop: transport(5). */
    private static final Pattern TRANSPORT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*:[!-~]*");

    private DomainRules() {}

    /**
     * Returns a domain as it is stored: in lower case, in ASCII where it has other letters (IDNA 2003).
     *
     * @throws InvalidInputException when it is not the name of a domain
     */
    public static String name(String text) {
        String stripped = text.strip();
        if (stripped.length() > MAX_LENGTH) {
            throw new InvalidInputException("a domain has at most " + MAX_LENGTH + " characters");
        }
        if (stripped.indexOf('@') >= 0 || stripped.startsWith("[")) {
            throw new InvalidInputException("a domain is a name like example.org: without @ or [");
        }
        String name = ascii(stripped);
        if (!MailboxNameRules.isDomain(name) || name.length() > MAX_LENGTH) {
            throw new InvalidInputException(
                    "a domain is a name like example.org: labels of letters, digits and hyphens, with a dot between"
                            + " them, at most 63 characters each and " + MAX_LENGTH + " in all");
        }
        return name;
    }

    private static String ascii(String text) {
        try {
            return IDN.toASCII(text, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /**
     * Returns a transport as it is stored.
     *
     * @throws InvalidInputException when Postfix would not understand it
     */
    public static String transport(String text) {
        String transport = text.strip();
        if (transport.length() > MAX_TRANSPORT || !TRANSPORT.matcher(transport).matches()) {
            throw new InvalidInputException("a transport is " + LOCAL_TRANSPORT
                    + " (mail ends here), or name:nexthop as"
                    + " in smtp:[192.0.2.9]:25, in ASCII without blanks, at most " + MAX_TRANSPORT + " characters");
        }
        return transport;
    }

    /** Whether mail with this transport ends in Dovecot here, in mailboxes. */
    public static boolean isLocal(String transport) {
        return transport.regionMatches(true, 0, LOCAL_TRANSPORT, 0, LOCAL_TRANSPORT.length());
    }
}
