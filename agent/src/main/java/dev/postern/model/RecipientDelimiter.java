package dev.postern.model;

import java.util.Set;

/**
 * Postfix's parameter {@code recipient_delimiter}: a set of characters, the first of which in a local part begins an
 * extension of the address ({@code global/split_addr.c}).
 *
 * @param characters empty = addresses have no extensions
 */
public record RecipientDelimiter(String characters) {

    /** Postfix's own accounts, which have no extensions whatever the delimiters are. */
    private static final Set<String> NEVER_SPLIT = Set.of("postmaster", "mailer-daemon", "double-bounce");

    private static final String OWNER = "owner-";
    private static final String REQUEST = "-request";

    /** Returns the address without its extension; the address itself when it has none. */
    public MailAddress withoutExtension(MailAddress address) {
        String value = address.value();
        int at = value.lastIndexOf('@');
        int end = at < 0 ? -1 : firstIn(value.substring(0, at));
        return end < 1 || isNeverSplit(value.substring(0, at))
                ? address
                : new MailAddress(value.substring(0, end) + value.substring(at));
    }

    /** Reports whether the local part has one of the characters anywhere, be it where Postfix does not split it. */
    public boolean isIn(String localPart) {
        return firstIn(localPart) >= 0;
    }

    private int firstIn(String localPart) {
        for (int i = 0; i < localPart.length(); i++) {
            if (characters.indexOf(localPart.charAt(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    /**
     * With {@code -} among the delimiters, {@code owner-list} and {@code list-request} stay whole:
     * owner_request_special.
     */
    private boolean isNeverSplit(String localPart) {
        return NEVER_SPLIT.contains(localPart)
                || (characters.indexOf('-') >= 0
                        && (localPart.startsWith(OWNER)
                                || (localPart.length() > REQUEST.length() && localPart.endsWith(REQUEST))));
    }
}
