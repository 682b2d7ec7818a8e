package dev.postern.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox's name: {@code user@domain} in lower case, at most {@value #MAX_LENGTH} characters (the width of the
 * {@code email} column).
 */
public record MailAddress(String value) implements Comparable<MailAddress> {

    /** Width of {@code user.email} in characters. */
    public static final int MAX_LENGTH = 255;

    /**
     * The address Dovecot means by a user name.
     *
     * @param user as Dovecot gives it, any case
     * @return null when it is no whole {@code user@domain}: no domain, an empty label, a control character, too long
     */
    public static @Nullable MailAddress parse(String user) {
        if (user.length() > MAX_LENGTH) {
            return null;
        }
        // Folded first: that can make it longer, and letters into what is none.
        String folded = user.toLowerCase(Locale.ROOT);
        int at = folded.lastIndexOf('@');
        boolean whole = at > 0 && folded.length() <= MAX_LENGTH && isLocalPart(folded, at) && isDomain(folded, at + 1);
        return whole ? new MailAddress(folded) : null;
    }

    /**
     * The address Postfix means by a lookup key: folded, without a trailing dot and without quotes round the local part.
     * A {@code +extension} is kept; see {@link #withoutExtension}.
     *
     * @return null for anything that is not a whole address: a bare domain, {@code user@}, an address literal
     */
    public static @Nullable MailAddress ofRecipient(String key) {
        String whole = key.endsWith(".") ? key.substring(0, key.length() - 1) : key;
        int at = whole.lastIndexOf('@');
        if (at > 2 && whole.charAt(0) == '"' && whole.charAt(at - 1) == '"') {
            return parse(unescape(whole.substring(1, at - 1)) + whole.substring(at));
        }
        return parse(whole);
    }

    /**
     * What is left of a route once it has come to its site: {@code user@domain} of {@code user@domain@site},
     * {@code domain!user@site} and {@code user%domain@site}. Postfix follows it where the site is
     * itself, an address literal perhaps ({@code trivial-rewrite/resolve.c}: {@code resolve_dequoted_address},
     * {@code swap_bangpath}, {@code allow_percent_hack}).
     *
     * @return null when it is no route, or names no site
     */
    public static @Nullable String withoutRoute(String key) {
        int site = key.lastIndexOf('@');
        if (site < 0 || site == key.length() - 1) {
            return null;
        }
        String rest = key.substring(0, site);
        if (rest.indexOf('@') > 0) {
            return rest;
        }
        int bang = rest.indexOf('!');
        int percent = rest.lastIndexOf('%');
        if (bang > 0) {
            return rest.substring(bang + 1) + '@' + rest.substring(0, bang);
        }
        return percent > 0 ? rest.substring(0, percent) + '@' + rest.substring(percent + 1) : null;
    }

    /** This address without its {@code +extension}; itself when it has none. */
    public MailAddress withoutExtension() {
        int plus = value.indexOf('+');
        int at = value.lastIndexOf('@');
        return plus > 0 && plus < at ? new MailAddress(value.substring(0, plus) + value.substring(at)) : this;
    }

    /** What stands behind the last {@code @}; empty when there is none. */
    public String domain() {
        int at = value.lastIndexOf('@');
        return at < 0 ? "" : value.substring(at + 1);
    }

    @Override
    public int compareTo(MailAddress other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }

    private static String unescape(String quoted) {
        if (quoted.indexOf('\\') < 0) {
            return quoted;
        }
        StringBuilder plain = new StringBuilder(quoted.length());
        for (int i = 0; i < quoted.length(); i++) {
            char c = quoted.charAt(i);
            if (c == '\\' && i + 1 < quoted.length()) {
                c = quoted.charAt(++i);
            }
            plain.append(c);
        }
        return plain.toString();
    }

    private static boolean isLocalPart(String text, int end) {
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c < ' ' || (c >= 0x7f && c < 0xa0) || Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDomain(String text, int start) {
        boolean label = false;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                if (!label) {
                    return false;
                }
                label = false;
            } else if (Character.isLetterOrDigit(c) || c == '-' || c == '_') {
                label = true;
            } else {
                return false;
            }
        }
        return label;
    }
}
