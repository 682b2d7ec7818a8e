package dev.postern.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TokenRegistryTest {

    private static final String SECRET = "s".repeat(43);
    private static final String WRONG = "w".repeat(43);

    private final List<Integer> costs = new ArrayList<>();
    private int comparisons;

    @Test
    void findsATokenByItsNameAndSecret() {
        Token.NewToken made = Token.make("grafana", TokenRole.READ, null);
        TokenRegistry table = new TokenRegistry(Map.of("grafana", made.token()));
        assertThat(table.find(made.text())).isEqualTo(made.token());
        for (String wrong : List.of(
                "",
                ".",
                "grafana",
                "grafana.",
                "grafana." + WRONG,
                "x" + made.text(),
                made.text() + "x",
                "." + SECRET)) {
            assertThat(table.find(wrong)).as(wrong).isNull();
            assertThat(table.takesBcrypt(wrong)).as(wrong).isFalse();
        }
    }

    @Test
    void aBcryptHashIsTakenAndThenItsSecretIsAsFastAsAnyOther() {
        TokenRegistry table = new TokenRegistry(Map.of("old", bcrypt("old", 4)));
        String text = "old." + SECRET;
        assertThat(table.find(text)).isNull();
        assertThat(table.takesBcrypt(text)).isTrue();
        assertThat(table.findByBcrypt("old." + WRONG)).isNull();
        assertThat(table.find("old." + WRONG)).isNull();
        assertThat(table.findByBcrypt(text)).isNotNull();
        assertThat(table.find(text)).isNotNull();
        assertThat(table.find("old." + WRONG)).isNull();
    }

    @Test
    void knownAndUnknownNamesTakeTheSameWork() {
        TokenRegistry table = counting(
                Token.make("new", TokenRole.READ, null).token(),
                bcrypt("cheap", 4),
                bcrypt("usual", 7),
                bcrypt("costly", 9));
        for (String name : List.of("new", "cheap", "usual", "costly", "nobody")) {
            comparisons = 0;
            costs.clear();
            String wrong = name + "." + WRONG;
            assertThat(table.find(wrong)).isNull();
            assertThat(comparisons).as(name).isEqualTo(1);
            assertThat(table.takesBcrypt(wrong)).isTrue();
            assertThat(table.findByBcrypt(wrong)).isNull();
            assertThat(costs.stream().mapToLong(cost -> 1L << cost).sum())
                    .as("rounds for " + name)
                    .isEqualTo(1 << 9);
        }
    }

    @Test
    void aFileWithoutBcryptHashesTakesNone() {
        TokenRegistry table = counting(Token.make("new", TokenRole.READ, null).token());
        for (String wrong : List.of("new." + WRONG, "nobody." + WRONG)) {
            assertThat(table.find(wrong)).isNull();
            assertThat(table.takesBcrypt(wrong)).isFalse();
        }
        assertThat(comparisons).isEqualTo(2);
        assertThat(costs).isEmpty();
    }

    private TokenRegistry counting(Token... tokens) {
        return new TokenRegistry(
                Stream.of(tokens).collect(Collectors.toMap(Token::name, token -> token)),
                (one, other) -> {
                    comparisons++;
                    return MessageDigest.isEqual(one, other);
                },
                (token, secret) -> {
                    costs.add(token.bcryptCost());
                    return token.isOf(secret);
                });
    }

    private static Token bcrypt(String name, int cost) {
        return new Token(name, TokenRole.READ, BCrypt.withDefaults().hashToString(cost, SECRET.toCharArray()), null);
    }
}
