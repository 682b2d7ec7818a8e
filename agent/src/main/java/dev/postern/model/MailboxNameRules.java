package dev.postern.model;

import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules for the name of a mailbox that is made: a name that Postfix, Dovecot, the database and the agent read
 * alike, in every form in which it can be written. Names beyond them may be in the table and work in part;
 * {@code postern check} reports them.
 */
public final class MailboxNameRules {

    /** RFC 5321, 4.5.3.1: octets of a local part. */
    private static final int MAX_LOCAL = 64;

    /** RFC 5321, 4.5.3.1.3: octets of a path, less its brackets. */
    private static final int MAX_LENGTH = 254;

    /**
     * What a local part has beside letters and digits. Not in it, though RFC 5322 allows them: {@code %} and {@code !},
     * which are routes to Postfix; {@code /}, which leads into another mailbox's directory; {@code *}, behind which
     * Dovecot commonly expects a master user.
     */
    private static final String SYMBOLS = "#$&'+-=?^_`{|}~";

    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

    private static final Pattern DOMAIN = Pattern.compile("(?:" + LABEL + "[.])+" + LABEL);

    private final RecipientDelimiter delimiter;
    private final Pattern localPart;

    /**
     * Rules for an installation.
     *
     * @param delimiter whose characters no name has
     */
    public MailboxNameRules(RecipientDelimiter delimiter) {
        this.delimiter = delimiter;
        this.localPart = Pattern.compile(localPart(delimiter));
    }

    /**
     * Returns what is wrong with a name, in words that follow it:
     * {@code "has capital letters; write alice@example.org"}.
     *
     * @return null when a mailbox may have it
     */
    public @Nullable String problem(String email) {
        int at = email.lastIndexOf('@');
        if (at < 1 || at == email.length() - 1) {
            return "is not user@domain";
        }
        if (has(email, c -> c >= 'A' && c <= 'Z')) {
            return "has capital letters; write " + lowerCase(email);
        }
        String domain = email.substring(at + 1);
        if (has(domain, c -> c > '~')) {
            return "has a domain in letters beyond ASCII; write it as xn--…";
        }
        if (!isDomain(domain)) {
            return "has no valid domain: labels of letters, digits and hyphens, with a dot between them";
        }
        String problem = problemOfLocalPart(email.substring(0, at));
        return problem == null && email.length() > MAX_LENGTH
                ? "is longer than " + MAX_LENGTH + " characters"
                : problem;
    }

    /**
     * Returns a regular expression that the names that keep the rules match, whatever the case and lengths: in what
     * MariaDB, MySQL and Java understand alike.
     */
    public String pattern() {
        return "^" + localPart(delimiter) + "@" + DOMAIN.pattern() + "$";
    }

    /** Whether it is a name that a domain of mailboxes may have, in lower case: two labels or more. */
    public static boolean isDomain(String domain) {
        return DOMAIN.matcher(domain).matches() && !domain.matches("[0-9.]*");
    }

    private @Nullable String problemOfLocalPart(String local) {
        if (has(local, c -> c > '~')) {
            return "has letters beyond ASCII before the @: no mail arrives, as Dovecot's LMTP offers no SMTPUTF8";
        }
        if (delimiter.isIn(local)) {
            return "has a character of recipient_delimiter (" + delimiter.characters()
                    + "): what follows is an extension";
        }
        if (!localPart.matcher(local).matches()) {
            return "may have letters, digits, " + SYMBOLS + " and single dots between them before the @";
        }
        return local.length() > MAX_LOCAL ? "has more than " + MAX_LOCAL + " characters before the @" : null;
    }

    private static String localPart(RecipientDelimiter delimiter) {
        StringBuilder atom = new StringBuilder("[a-z0-9");
        for (int i = 0; i < SYMBOLS.length(); i++) {
            if (!delimiter.isIn(SYMBOLS.substring(i, i + 1))) {
                atom.append(String.format("\\x%02x", (int) SYMBOLS.charAt(i)));
            }
        }
        return "(?!-)" + atom + "]+(?:[.]" + atom + "]+)*";
    }

    private static String lowerCase(String email) {
        MailAddress address = MailAddress.parse(email);
        return address == null ? "it in lower case" : address.value();
    }

    private static boolean has(String text, IntPredicate character) {
        return text.chars().anyMatch(character);
    }
}
