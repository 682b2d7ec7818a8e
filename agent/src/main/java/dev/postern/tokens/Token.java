package dev.postern.tokens;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A line of the file: what is known of a token, which is not the token.
 *
 * @param hash bcrypt
 * @param domains whose mailboxes it is for; null = all
 */
public record Token(
        String name, TokenRole role, String hash, @Nullable Set<String> domains) {

    /** How many domains a token may be restricted to. */
    public static final int MAX_DOMAINS = 512;

    /** A secret that was made, and the line for it. */
    public record NewToken(Token token, String text) {}

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern DOMAIN = Pattern.compile("[\\p{L}\\p{N}_-]+(\\.[\\p{L}\\p{N}_-]+)*");
    private static final Pattern HASH = Pattern.compile("\\$2[aby]\\$\\d\\d\\$[./A-Za-z0-9]{53}");

    /** Some 50 ms. The secret cannot be guessed anyway; this is for who has the file and a lot of time. */
    private static final int COST = 10;

    private static final int SECRET_BYTES = 32;

    /** In base64url without padding. */
    private static final int SECRET_LENGTH = 43;

    private static final SecureRandom RANDOM = new SecureRandom();

    /** Makes a token; its text is nowhere else. */
    public static NewToken make(String name, TokenRole role, @Nullable Set<String> domains) {
        byte[] random = new byte[SECRET_BYTES];
        RANDOM.nextBytes(random);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        String hash = BCrypt.withDefaults().hashToString(COST, secret.toCharArray());
        return new NewToken(new Token(name, role, hash, domains), name + "." + secret);
    }

    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    public static boolean isDomain(String text) {
        return text.length() <= 255 && DOMAIN.matcher(text).matches();
    }

    /**
     * Reads a line.
     *
     * @return null when it is none
     */
    static @Nullable Token parse(String line) {
        List<String> fields = List.of(line.split(":", -1));
        if (fields.size() < 3 || fields.size() > 4) {
            return null;
        }
        TokenRole role = TokenRole.parse(fields.get(1));
        if (role == null
                || !isName(fields.get(0))
                || !HASH.matcher(fields.get(2)).matches()) {
            return null;
        }
        if (fields.size() == 3) {
            return new Token(fields.get(0), role, fields.get(2), null);
        }
        Set<String> domains =
                new TreeSet<>(List.of(fields.get(3).toLowerCase(Locale.ROOT).split(",", -1)));
        boolean known = domains.size() <= MAX_DOMAINS && domains.stream().allMatch(Token::isDomain);
        return known ? new Token(fields.get(0), role, fields.get(2), domains) : null;
    }

    /** Whether this is its secret. Takes its time: not on the event loop. */
    public boolean isOf(String secret) {
        return secret.length() == SECRET_LENGTH
                && BCrypt.verifyer()
                        .verify(secret.getBytes(StandardCharsets.UTF_8), hash.getBytes(StandardCharsets.US_ASCII))
                        .verified;
    }

    /** As the file has it. */
    String line() {
        String line = name + ":" + role.word() + ":" + hash;
        return domains == null ? line : line + ":" + String.join(",", domains);
    }

    @Override
    public String toString() {
        return "Token[" + name + "]";
    }
}
