package dev.postern.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailboxNameRulesTest {

    private final MailboxNameRules rules = new MailboxNameRules(new RecipientDelimiter("+"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice@example.org",
                "o'brien@example.org",
                "^_^@example.org",
                "r&d@example.org",
                "a=b@example.org",
                "a.b-c_d@x-y.example.org",
                "1@2.example",
                "u@xn--nxasmm1c.example",
            })
    void aNameThatAllReadAlikeMayBeMade(String email) {
        assertThat(rules.problem(email)).isNull();
        assertThat(email).matches(Pattern.compile(rules.pattern()));
        assertThat(MailAddress.parse(email)).hasToString(email);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            alice                        | is not user@domain
            @example.org                 | is not user@domain
            alice@                       | is not user@domain
            Alice@Example.org            | has capital letters; write alice@example.org
            a+b@example.org              | has a character of recipient_delimiter (+)
            +x@example.org               | has a character of recipient_delimiter (+)
            νικος@example.org            | has letters beyond ASCII before the @
            straße@example.org           | has letters beyond ASCII before the @
            İx@example.org               | has letters beyond ASCII before the @
            ﬁsh@example.org              | has letters beyond ASCII before the @
            😂@example.org               | has letters beyond ASCII before the @
            u@ünï.org                    | has a domain in letters beyond ASCII; write it as xn--
            u@EXÄMPLE.org                | has capital letters
            john doe@example.org         | may have letters
            a:b@example.org              | may have letters
            a/b@example.org              | may have letters
            ..@example.org               | may have letters
            .a@example.org               | may have letters
            a..b@example.org             | may have letters
            -a@example.org               | may have letters
            a%b@example.org              | may have letters
            a!b@example.org              | may have letters
            a@b@example.org              | may have letters
            alice*adm@example.org        | may have letters
            alice@localhost              | has no valid domain
            alice@-x.org                 | has no valid domain
            alice@example..org           | has no valid domain
            alice@192.0.2.7              | has no valid domain
            alice@[192.0.2.7]            | has no valid domain
            """)
    void anyOtherIsRefusedWithTheReason(String email, String reason) {
        assertThat(rules.problem(email)).startsWith(reason);
    }

    @ParameterizedTest
    @CsvSource({"64, 189, true", "65, 100, false", "64, 190, false"})
    void isBoundedAsSmtpIs(int local, int domain, boolean may) {
        String email = "a".repeat(local) + "@" + "b.".repeat(domain / 2).substring(0, domain - 1) + "c";
        assertThat(rules.problem(email) == null).isEqualTo(may);
    }

    @ParameterizedTest
    @CsvSource({"+-, a-b@example.org, false", "+, a-b@example.org, true", "'', a+b@example.org, true"})
    void theDelimiterIsTheInstallations(String delimiter, String email, boolean may) {
        MailboxNameRules own = new MailboxNameRules(new RecipientDelimiter(delimiter));
        assertThat(own.problem(email) == null).isEqualTo(may);
        assertThat(Pattern.matches(own.pattern(), email)).isEqualTo(may);
    }
}
