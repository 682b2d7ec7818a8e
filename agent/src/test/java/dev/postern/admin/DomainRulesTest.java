package dev.postern.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DomainRulesTest {

    private static final String LABEL = "a".repeat(63);

    @ParameterizedTest
    @CsvSource({
        "example.org, example.org",
        "' Example.ORG ', example.org",
        "пример.рф, xn--e1afmkfd.xn--p1ai",
        "fußball.example, fussball.example",
        "xn--e1afmkfd.xn--p1ai, xn--e1afmkfd.xn--p1ai",
        "a-b.3com.example, a-b.3com.example"
    })
    void aDomainIsStoredInLowerCaseAscii(String text, String stored) {
        assertThat(DomainRules.name(text)).isEqualTo(stored);
    }

    @Test
    void aDomainHasAtMost253Characters() {
        String longest = String.join(".", LABEL, LABEL, LABEL, "b".repeat(61));
        assertThat(DomainRules.name(longest)).hasSize(253);
        refused(longest + "b");
        refused("ж".repeat(60) + "." + LABEL + "." + LABEL + "." + LABEL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "localhost",
                "example.org.",
                ".example.org",
                "example..org",
                "-a.example",
                "a-.example",
                "under_score.example",
                "[192.0.2.1]",
                "192.0.2.1",
                "alice@example.org",
                "exa mple.org",
                "example.org\u0000.example",
                "a\u202eb.example",
                "'; DROP TABLE user; --",
                "*.example"
            })
    void whatIsNotADomainIsRefused(String text) {
        refused(text);
    }

    @Test
    void aLabelHasAtMost63Characters() {
        assertThat(DomainRules.name(LABEL + ".example")).startsWith(LABEL);
        refused(LABEL + "a.example");
    }

    private static void refused(String text) {
        assertThatThrownBy(() -> DomainRules.name(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("a domain ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"dovecot:", "dovecot:unix:private/dovecot-lmtp", "smtp:[192.0.2.9]:2525", "relay:mx.example.net"
            })
    void aTransportIsANameAndANextHop(String text) {
        assertThat(DomainRules.transport(" " + text + " ")).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "dovecot", ":[192.0.2.9]", "smtp:a b", "smtp:a\nb", "smtp:пример", "sm tp:x"})
    void whatPostfixWouldNotReadIsRefused(String text) {
        assertThatThrownBy(() -> DomainRules.transport(text)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void aTransportHasAtMost255Characters() {
        String longest = "smtp:" + "a".repeat(250);
        assertThat(DomainRules.transport(longest)).isEqualTo(longest);
        assertThatThrownBy(() -> DomainRules.transport(longest + "a")).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void mailEndsHereWithDovecotsTransportAlone() {
        assertThat(DomainRules.isLocal("dovecot:")).isTrue();
        assertThat(DomainRules.isLocal("Dovecot:unix:x")).isTrue();
        assertThat(DomainRules.isLocal("dovecot2:")).isFalse();
        assertThat(DomainRules.isLocal("smtp:dovecot:")).isFalse();
    }
}
