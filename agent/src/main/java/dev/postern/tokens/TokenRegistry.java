package dev.postern.tokens;

import java.security.MessageDigest;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of the file, for the comparison with a token of a request. The work does not depend on whether there is a
 * token of that name: one SHA-256 and one constant-time comparison; when that fails and the file has bcrypt hashes, as
 * many rounds of bcrypt as the costliest of them takes.
 */
public final class TokenRegistry {

    private static final byte[] NO_DIGEST = new byte[32];

    /** Of a secret that is kept nowhere: for its rounds alone. */
    private static final String NO_HASH = "$2a$%02d$" + ".".repeat(53);

    private final Map<String, Token> tokens;
    private final BiPredicate<byte[], byte[]> equal;
    private final BiPredicate<Token, String> bcrypt;
    private final int cost;

    /** Digests by name; a secret that bcrypt has proved right gets its own, and costs no bcrypt again. */
    private final Map<String, byte[]> digests = new ConcurrentHashMap<>();

    /** @param tokens by name */
    public TokenRegistry(Map<String, Token> tokens) {
        this(tokens, MessageDigest::isEqual, Token::isOf);
    }

    /**
     * Likewise, with comparisons that a test counts.
     *
     * @param equal of two digests
     * @param bcrypt of a token's hash and a secret
     */
    TokenRegistry(Map<String, Token> tokens, BiPredicate<byte[], byte[]> equal, BiPredicate<Token, String> bcrypt) {
        this.tokens = Map.copyOf(tokens);
        this.equal = equal;
        this.bcrypt = bcrypt;
        this.cost =
                this.tokens.values().stream().mapToInt(Token::bcryptCost).max().orElse(0);
        this.tokens.values().forEach(token -> {
            byte[] digest = token.digest();
            if (digest != null) {
                digests.put(token.name(), digest);
            }
        });
    }

    public Collection<Token> all() {
        return tokens.values();
    }

    /**
     * The token of this text; null when it is wrong, or only bcrypt can decide.
     *
     * @param text {@code name.secret}
     */
    public @Nullable Token find(String text) {
        String secret = secret(text);
        if (secret == null) {
            return null;
        }
        String name = name(text);
        byte[] digest = digests.get(name);
        boolean right = equal.test(digest == null ? NO_DIGEST : digest, Token.sha256(secret));
        return right && digest != null ? tokens.get(name) : null;
    }

    /** Whether {@link #findByBcrypt} may find what {@link #find} has not. */
    public boolean takesBcrypt(String text) {
        return cost > 0 && secret(text) != null;
    }

    /** The token that this text is; null when it is wrong. Takes a tenth of a second: not on the event loop. */
    public @Nullable Token findByBcrypt(String text) {
        String secret = secret(text);
        if (secret == null) {
            return null;
        }
        Token named = tokens.get(name(text));
        int own = named == null ? 0 : named.bcryptCost();
        boolean right = own > 0 && named != null && bcrypt.test(named, secret);
        if (own == 0) {
            spend(cost, secret);
        }
        // With 2^own rounds done, 2^own + 2^(own + 1) + … + 2^(cost - 1) more make 2^cost.
        for (int more = own; own > 0 && more < cost; more++) {
            spend(more, secret);
        }
        if (!right || named == null) {
            return null;
        }
        digests.put(named.name(), Token.sha256(secret));
        return named;
    }

    private void spend(int rounds, String secret) {
        var unused = bcrypt.test(new Token("none", TokenRole.READ, NO_HASH.formatted(rounds), null), secret);
    }

    private static String name(String text) {
        return text.substring(0, text.indexOf('.'));
    }

    /** Null when the text has not the form of a token. */
    private static @Nullable String secret(String text) {
        String secret = text.substring(text.indexOf('.') + 1);
        return secret.length() < text.length() && Token.isSecret(secret) ? secret : null;
    }
}
