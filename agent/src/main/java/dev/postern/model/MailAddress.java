package dev.postern.model;

import org.jspecify.annotations.Nullable;

/**
 * A mailbox's name: {@code user@domain} with the letters A to Z in lower case, at most {@value #MAX_LENGTH} characters
 * (the width of the {@code email} column). Only A to Z are folded, as Dovecot's {@code lower} and Postfix without
 * {@code smtputf8_enable} do it; every other character stands for itself.
 */
public record MailAddress(String value) implements Comparable<MailAddress> {

    /** Width of {@code user.email} in characters, which are code points there. */
    public static final int MAX_LENGTH = 255;

    /**
     * Returns the address that Dovecot means by a user name.
     *
     * @param user as Dovecot gives it, any case
     * @return null when it is not a whole {@code user@domain}: no domain, an empty label, a control character, too long
     */
    public static @Nullable MailAddress parse(String user) {
        if (user.length() > 2 * MAX_LENGTH || user.codePointCount(0, user.length()) > MAX_LENGTH) {
            return null;
        }
        int at = user.lastIndexOf('@');
        boolean whole = at > 0 && user.codePoints().noneMatch(MailAddress::isNoText) && isDomain(user, at + 1);
        return whole ? new MailAddress(folded(user)) : null;
    }

    /**
     * The address Postfix means by a lookup key: folded, without a trailing dot and without quotes round the local
     * part. An extension is kept; see {@link RecipientDelimiter}.
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
     * @return null when it is not a route, or names no site
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

    /** What stands behind the last {@code @}; empty when there is none. */
    public String domain() {
        int at = value.lastIndexOf('@');
        return at < 0 ? "" : value.substring(at + 1);
    }

    /** Returns the key of a domain's catch-all, {@code @domain}, which is not the address of a mailbox. */
    public MailAddress ofWholeDomain() {
        return new MailAddress('@' + domain());
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

    /** Returns a text with the letters A to Z in lower case: how addresses and domains are compared. */
    public static String folded(String text) {
        StringBuilder folded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            folded.append(c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c);
        }
        return folded.toString();
    }

    /** Control characters, and halves of a character that UTF-8 cannot express. */
    private static boolean isNoText(int c) {
        return c < ' ' || (c >= 0x7f && c < 0xa0) || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    private static boolean isDomain(String text, int start) {
        boolean label = false;
        for (int i = start; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
            int c = text.codePointAt(i);
            if (c == '.') {
                if (!label) {
                    return false;
                }
                label = false;
            } else if (isOfLabel(c)) {
                label = true;
            } else {
                return false;
            }
        }
        return label;
    }

    /**
     * Beyond ASCII everything that can be seen, or joins what can be seen: whether a name of such characters can be
     * registered depends on tables that each program has in a version of its own.
     */
    private static boolean isOfLabel(int c) {
        if (c < 0x80) {
            return Character.isLetterOrDigit(c) || c == '-' || c == '_';
        }
        return !Character.isSpaceChar(c);
    }
}
