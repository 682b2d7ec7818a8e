package dev.postern.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import dev.postern.model.MailAddress;
import java.security.SecureRandom;
import java.util.Locale;

/** The rules for a mailbox's password, and its hash as Dovecot 2.3 and 2.4 read it. */
public final class PasswordRules {

    private static final int MIN_BYTES = 10;

    /** What bcrypt takes into account. */
    private static final int MAX_BYTES = 72;

    /** 2¹⁰ rounds: some 60 ms, for Dovecot at each login too. */
    private static final int COST = 10;

    private static final BCrypt.Version VERSION = BCrypt.Version.VERSION_2Y;

    private static final String SCHEME = "{BLF-CRYPT}";

    /** Without letters and digits that look alike. */
    private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private static final int GENERATED_LENGTH = 16;

    private PasswordRules() {}

    /**
     * Refuses what is not a good password for a mailbox.
     *
     * @throws InvalidInputException whose message holds nothing of the password
     */
    public static void check(String password, MailAddress mailbox) {
        if (password.codePoints().anyMatch(MailboxRules::isNoText)) {
            throw new InvalidInputException("a password has no control characters");
        }
        if (password.indexOf('\ufffd') >= 0) {
            throw new InvalidInputException(
                    "a character of the password cannot be read: is the terminal's encoding that of LANG?");
        }
        int bytes = password.getBytes(UTF_8).length;
        if (bytes < MIN_BYTES) {
            throw new InvalidInputException("a password has at least " + MIN_BYTES + " bytes");
        }
        if (bytes > MAX_BYTES) {
            throw new InvalidInputException("a password has at most " + MAX_BYTES
                    + " bytes in UTF-8, where a Cyrillic letter takes two: Dovecot would ignore the rest");
        }
        String folded = password.toLowerCase(Locale.ROOT);
        String address = mailbox.value();
        if (folded.equals(address) || folded.equals(address.substring(0, address.lastIndexOf('@')))) {
            throw new InvalidInputException("a password is not the address, nor what stands before its @");
        }
    }

    /** Makes a password that keeps the rules. */
    public static String generate() {
        SecureRandom random = new SecureRandom();
        StringBuilder password = new StringBuilder(GENERATED_LENGTH);
        for (int i = 0; i < GENERATED_LENGTH; i++) {
            password.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return password.toString();
    }

    /** Returns the hash of a password that keeps the rules, with its scheme, as column {@code password} has it. */
    public static String hash(String password) {
        byte[] hash = BCrypt.with(VERSION, new SecureRandom(), LongPasswordStrategies.strict(VERSION))
                .hash(COST, password.getBytes(UTF_8));
        return SCHEME + new String(hash, UTF_8);
    }
}
