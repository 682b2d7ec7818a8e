package dev.postern.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import at.favre.lib.crypto.bcrypt.BCrypt;
import dev.postern.model.MailAddress;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordRulesTest {

    private static final MailAddress ALICE = MailAddress.parse("alice.liddell@example.org");

    @Test
    void lengthCountsInBytes() {
        accepted("0123456789");
        accepted("пароль".substring(0, 5));
        accepted("a".repeat(72));
        accepted("ж".repeat(36));
        refused("012345678", "at least 10 bytes");
        refused("", "at least 10 bytes");
        refused("a".repeat(73), "at most 72 bytes");
        refused("ж".repeat(37), "at most 72 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0123456789\n", "01234\u000056789", "0123456789\u009b", "0123456789\ud800", "\t0123456789"})
    void controlCharactersAreRefused(String password) {
        refused(password, "control characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice.liddell@example.org", "Alice.Liddell", "ALICE.LIDDELL@EXAMPLE.ORG"})
    void theAddressIsNotAPassword(String password) {
        refused(password, "not the address");
    }

    @Test
    void generatedPasswordsKeepTheRulesAndDiffer() {
        Set<String> made = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            String password = PasswordRules.generate();
            accepted(password);
            assertThat(password).hasSize(16).doesNotContainPattern("[0O1lI]");
            made.add(password);
        }
        assertThat(made).hasSize(100);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 71, 72})
    void theHashIsBcryptsOfAllTheBytes(int length) {
        String password = "p".repeat(length - 1) + "q";
        String hash = PasswordRules.hash(password);
        assertThat(hash).matches("[{]BLF-CRYPT[}]\\$2y\\$10\\$[./A-Za-z0-9]{53}");
        assertThat(PasswordRules.hash(password)).isNotEqualTo(hash);
        BCrypt.Version version = BCrypt.Version.VERSION_2Y;
        String bare = hash.substring(hash.indexOf('}') + 1);
        assertThat(BCrypt.verifyer(version).verify(password.toCharArray(), bare.toCharArray()).verified)
                .isTrue();
        assertThat(BCrypt.verifyer(version).verify("p".repeat(length).toCharArray(), bare.toCharArray()).verified)
                .isFalse();
    }

    private static void accepted(String password) {
        PasswordRules.check(password, ALICE);
    }

    private static void refused(String password, String why) {
        assertThatThrownBy(() -> PasswordRules.check(password, ALICE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(why);
    }
}
