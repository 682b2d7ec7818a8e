package dev.postern.admin;

import dev.postern.model.MailAddress;
import dev.postern.model.MailboxNameRules;
import dev.postern.model.RecipientDelimiter;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules for a mailbox's columns. */
public final class MailboxRules {

    /** Width of the text columns, in characters. */
    private static final int MAX_TEXT = 255;

    /** Of {@code max_messages}. */
    private static final long MAX_MESSAGES = 4_294_967_295L;

    private static final BigInteger MAX_BYTES = BigInteger.valueOf(Long.MAX_VALUE);

    private static final String UNITS = "KMGTP";

    private static final Pattern SIZE = Pattern.compile("(\\d{1,19})([KMGTP])?(?:I?B)?");

    private static final String NONE = "none";

    private final MailboxNameRules names;

    /**
     * Rules for an installation.
     *
     * @param delimiter whose characters no name has
     */
    public MailboxRules(RecipientDelimiter delimiter) {
        this.names = new MailboxNameRules(delimiter);
    }

    /**
     * Returns the address of a mailbox that is made, as it is stored: A to Z in lower case, the domain in ASCII.
     *
     * @throws InvalidInputException when no mailbox may have it
     */
    public MailAddress newAddress(String text) {
        MailAddress address = address(text);
        String problem = names.problem(address.value());
        if (problem != null) {
            throw new InvalidInputException(address + " " + problem);
        }
        return address;
    }

    /**
     * Returns the address of a mailbox that may be there, made by whatever rules.
     *
     * @throws InvalidInputException when it is not an address
     */
    public static MailAddress address(String text) {
        String stripped = text.strip();
        int at = stripped.lastIndexOf('@');
        if (stripped.length() > 2 * MailAddress.MAX_LENGTH || at < 1) {
            throw new InvalidInputException("an address is user@domain, at most 254 characters");
        }
        String domain = stripped.substring(at + 1);
        String ascii = domain.chars().allMatch(c -> c < 0x80) ? domain : DomainRules.name(domain);
        MailAddress address = MailAddress.parse(stripped.substring(0, at + 1) + ascii);
        if (address == null) {
            throw new InvalidInputException("an address is user@domain");
        }
        return address;
    }

    /**
     * Returns a text as it is stored, without blanks round it.
     *
     * @param field named in the message
     * @throws InvalidInputException when it is too long, or more than a line
     */
    public static String text(String field, String text) {
        String stripped = text.strip();
        if (stripped.codePointCount(0, stripped.length()) > MAX_TEXT) {
            throw new InvalidInputException(field + " has at most " + MAX_TEXT + " characters");
        }
        if (stripped.codePoints().anyMatch(MailboxRules::isNoText)) {
            throw new InvalidInputException(field + " has no control characters");
        }
        return stripped;
    }

    /** Whether a code point has no place in a line of text: a control character, or half of a pair. */
    static boolean isNoText(int c) {
        return Character.isISOControl(c) || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    /**
     * Returns a limit in bytes; 0 = no limit.
     *
     * @param text a number, with K, M, G, T or P behind it if you like, or {@code none}
     * @throws InvalidInputException when it is not a size, or beyond what the column holds
     */
    public static long bytes(String field, String text) {
        String stripped = text.strip();
        if (stripped.equalsIgnoreCase(NONE)) {
            return 0;
        }
        Matcher size = SIZE.matcher(stripped.toUpperCase(Locale.ROOT));
        if (size.matches()) {
            BigInteger bytes = new BigInteger(size.group(1)).shiftLeft(shift(size.group(2)));
            if (bytes.compareTo(MAX_BYTES) <= 0) {
                return bytes.longValue();
            }
        }
        throw new InvalidInputException(field + " is a number of bytes, or with a unit as in 500M or 10G (of 1024), or"
                + " none; at most " + MAX_BYTES);
    }

    private static int shift(@Nullable String unit) {
        return unit == null ? 0 : 10 * (UNITS.indexOf(unit) + 1);
    }

    /**
     * Returns a limit of messages; 0 = no limit.
     *
     * @throws InvalidInputException when it is not a number that the column holds
     */
    public static long messages(String field, String text) {
        String stripped = text.strip();
        if (stripped.equalsIgnoreCase(NONE)) {
            return 0;
        }
        if (stripped.matches("\\d{1,10}") && Long.parseLong(stripped) <= MAX_MESSAGES) {
            return Long.parseLong(stripped);
        }
        throw new InvalidInputException(field + " is a number of messages, or none; at most " + MAX_MESSAGES);
    }
}
