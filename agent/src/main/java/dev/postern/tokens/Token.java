package dev.postern.tokens;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One line of the tokens file: what is known of a token, which is not the token.
 *
 * @param hash {@code sha256-} and the secret's SHA-256 in hexadecimal digits, or bcrypt's text from an earlier version
 * @param domains the domains that the token is restricted to; null = all
 */
public record Token(
        String name, TokenRole role, String hash, @Nullable Set<String> domains) {

    /** How many domains a token may be restricted to. */
    public static final int MAX_DOMAINS = 512;

    /** A new secret, and the line for it. */
    public record NewToken(Token token, String text) {}

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern DOMAIN = Pattern.compile("[\\p{L}\\p{N}_-]+(\\.[\\p{L}\\p{N}_-]+)*");

    private static final String SHA256 = "sha256-";
    private static final Pattern HASH = Pattern.compile(SHA256 + "[0-9a-f]{64}");

    /** With a cost of 4 to 12: 12 takes 0.2 s of a processor, and each further one twice as long. */
    private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-2])\\$[./A-Za-z0-9]{53}");

    private static final int SECRET_BYTES = 32;

    /** In base64url without padding. */
    private static final int SECRET_LENGTH = 43;

    private static final SecureRandom RANDOM = new SecureRandom();

    /** Makes a token. Its text is kept nowhere else. */
    public static NewToken make(String name, TokenRole role, @Nullable Set<String> domains) {
        byte[] random = new byte[SECRET_BYTES];
        RANDOM.nextBytes(random);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        String hash = SHA256 + HexFormat.of().formatHex(sha256(secret));
        return new NewToken(new Token(name, role, hash, domains), name + "." + secret);
    }

    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    public static boolean isDomain(String text) {
        return text.length() <= 255 && DOMAIN.matcher(text).matches();
    }

    /** Whether a secret has the length of one; anything else is wrong for every token. */
    static boolean isSecret(String text) {
        return text.length() == SECRET_LENGTH;
    }

    /**
     * Reads a line.
     *
     * @return null when it is not a token's
     */
    static @Nullable Token parse(String line) {
        List<String> fields = List.of(line.split(":", -1));
        if (fields.size() < 3 || fields.size() > 4) {
            return null;
        }
        TokenRole role = TokenRole.parse(fields.get(1));
        if (role == null || !isName(fields.get(0)) || !isHash(fields.get(2))) {
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

    private static boolean isHash(String text) {
        return HASH.matcher(text).matches() || BCRYPT.matcher(text).matches();
    }

    /** Whether this is the token's secret. With a bcrypt hash it takes long: not on the event loop. */
    public boolean isOf(String secret) {
        byte[] digest = digest();
        return isSecret(secret)
                && (digest == null ? isOfBcrypt(secret) : MessageDigest.isEqual(digest, sha256(secret)));
    }

    /** The secret's SHA-256; null when the file has a bcrypt hash instead. */
    byte @Nullable [] digest() {
        return bcryptCost() == 0 ? HexFormat.of().parseHex(hash, SHA256.length(), hash.length()) : null;
    }

    /** The logarithm of bcrypt's rounds; 0 when the hash is not bcrypt's. */
    int bcryptCost() {
        return hash.startsWith(SHA256) ? 0 : Integer.parseInt(hash, "$2a$".length(), "$2a$10".length(), 10);
    }

    private boolean isOfBcrypt(String secret) {
        return BCrypt.verifyer()
                .verify(secret.getBytes(StandardCharsets.UTF_8), hash.getBytes(StandardCharsets.US_ASCII))
                .verified;
    }

    static byte[] sha256(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
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
