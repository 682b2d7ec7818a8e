package dev.postern.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.model.MailAddress;
import dev.postern.model.RecipientDelimiter;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailboxRulesTest {

    private static final MailboxRules RULES = new MailboxRules(new RecipientDelimiter("+"));
    private static final SubscriptionRules SUBSCRIPTIONS = new SubscriptionRules(new RecipientDelimiter("+"));

    @ParameterizedTest
    @CsvSource({
        "alice@example.org, alice@example.org",
        "' Alice@Example.ORG ', alice@example.org",
        "anna@пример.рф, anna@xn--e1afmkfd.xn--p1ai",
        "o'brien@example.org, o'brien@example.org"
    })
    void anAddressIsFolded(String text, String stored) {
        assertThat(RULES.newAddress(text).value()).isEqualTo(stored);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@",
                "alice",
                "@example.org",
                "alice@",
                "alice@localhost",
                "alice@[192.0.2.1]",
                "a+b@example.org",
                "али́са@example.org",
                "a b@example.org",
                "../x@example.org",
                "a\n@example.org",
                "a\u0000@example.org",
                "alice@exa mple.org",
                "a@b@"
            })
    void whatIsNotAnAddressForAMailboxIsRefused(String text) {
        assertThatThrownBy(() -> RULES.newAddress(text)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void lengthsAreBounded() {
        refusedAddress("a".repeat(65) + "@example.org");
        refusedAddress("a".repeat(1_000_000) + "@example.org");
        refusedAddress("a@" + "b".repeat(1_000_000));
        refusedAddress("a@" + "ж".repeat(300) + ".example");
    }

    private static void refusedAddress(String text) {
        assertThatThrownBy(() -> RULES.newAddress(text)).isInstanceOf(InvalidInputException.class);
    }

    /** A name that was made by other rules can still be disabled and deleted. */
    @ParameterizedTest
    @ValueSource(strings = {"björn@example.org", "a+b@example.org", "root@localhost"})
    void anAddressThatIsThereMayHaveAnyName(String text) {
        assertThat(MailboxRules.address(text).value()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "none, 0",
        "NONE, 0",
        "1, 1",
        "1073741824, 1073741824",
        "10G, 10737418240",
        "10g, 10737418240",
        "500M, 524288000",
        "1K, 1024",
        "1KiB, 1024",
        "1kB, 1024",
        "2T, 2199023255552",
        "' 3P ', 3377699720527872",
        "9223372036854775807, 9223372036854775807",
        "7B, 7"
    })
    void aSizeHasUnits(String text, long bytes) {
        assertThat(MailboxRules.bytes("--max-bytes", text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-1",
                "1.5G",
                "1 G",
                "G",
                "10X",
                "9223372036854775808",
                "8192P",
                "99999999999999999999",
                "0x1"
            })
    void whatIsNotASizeIsRefused(String text) {
        assertThatThrownBy(() -> MailboxRules.bytes("--max-bytes", text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("--max-bytes ");
    }

    @Test
    void messagesAreWhatTheColumnHolds() {
        assertThat(MailboxRules.messages("--max-messages", "4294967295")).isEqualTo(4_294_967_295L);
        assertThat(MailboxRules.messages("--max-messages", "none")).isZero();
        for (String text : List.of("4294967296", "-1", "", "1k", "99999999999")) {
            assertThatThrownBy(() -> MailboxRules.messages("--max-messages", text))
                    .isInstanceOf(InvalidInputException.class);
        }
    }

    @Test
    void textIsOneLineOf255Characters() {
        assertThat(MailboxRules.text("--surname", " Лидделл ")).isEqualTo("Лидделл");
        String longest = "\ud83d\ude00".repeat(255);
        assertThat(MailboxRules.text("--surname", longest)).isEqualTo(longest);
        for (String text : List.of(longest + "a", "a\nb", "a\u001b[31m", "a\ud800")) {
            assertThatThrownBy(() -> MailboxRules.text("--surname", text)).isInstanceOf(InvalidInputException.class);
        }
    }

    @Test
    void aWholeDomainHasSubscribersForIncomingMail() {
        assertThat(SUBSCRIPTIONS.subscribed("@Example.org", false).value()).isEqualTo("@example.org");
        assertThat(SUBSCRIPTIONS.subscribed("Sales@example.org", true).value()).isEqualTo("sales@example.org");
        for (String text : List.of("@", "@localhost", "@[192.0.2.1]", "sales+x@example.org")) {
            assertThatThrownBy(() -> SUBSCRIPTIONS.subscribed(text, false)).isInstanceOf(InvalidInputException.class);
        }
        assertThatThrownBy(() -> SUBSCRIPTIONS.subscribed("@example.org", true))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void recipientsAreAddressesThatPostfixTakes() {
        MailAddress sales = MailAddress.parse("sales@example.org");
        assertThat(SubscriptionRules.recipients(List.of("Bob+x@example.net", "bob+x@Example.net"), sales))
                .extracting(MailAddress::value)
                .containsExactly("bob+x@example.net");
        for (String text : List.of(
                "SALES@example.org",
                "-f@example.org",
                "a b@example.org",
                "|cat@example.org x",
                "a,b@example.org",
                "/dev/null",
                ":include:/etc/passwd",
                "björn@example.org")) {
            assertThatThrownBy(() -> SubscriptionRules.recipients(List.of(text), sales))
                    .as(text)
                    .isInstanceOf(InvalidInputException.class);
        }
        assertThatThrownBy(() -> SubscriptionRules.recipients(Collections.nCopies(101, "bob@example.org"), sales))
                .isInstanceOf(InvalidInputException.class);
    }
}
