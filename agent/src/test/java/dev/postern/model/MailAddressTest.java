package dev.postern.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.SeededRandom;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailAddressTest {

    private static final String LIKELY = "@.\"\\+aK İı";

    @ParameterizedTest
    @CsvSource({
        "alice@example.org, alice@example.org",
        "Alice@EXAMPLE.Org, alice@example.org",
        "a.b+c@x-y.example.org, a.b+c@x-y.example.org",
        "o'brien@example.org, o'brien@example.org",
        "a@b@example.org, a@b@example.org",
        "josé@exämple.org, josé@exämple.org",
        "JOSÉ@EXÄMPLE.ORG, josÉ@exÄmple.org",
        "ΝΙΚΟΣ@example.org, ΝΙΚΟΣ@example.org",
        "νικος@example.org, νικος@example.org",
        "straße@example.org, straße@example.org",
        "İx@example.org, İx@example.org",
        "ﬁsh@example.org, ﬁsh@example.org",
        "😂@example.org, 😂@example.org",
        "𐐀@𐐀.example, 𐐀@𐐀.example",
        "नमस्ते@उदाहरण.परीक्षा, नमस्ते@उदाहरण.परीक्षा",
        "a@โดเมน.ไทย, a@โดเมน.ไทย",
        "a@சிங்கப்பூர், a@சிங்கப்பூர்",
        "a@😂.example, a@😂.example",
        "bob@localhost, bob@localhost",
        "_@_x.example.org, _@_x.example.org",
    })
    void foldsAWholeAddress(String user, String address) {
        assertThat(MailAddress.parse(user)).hasToString(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@",
                "alice",
                "alice@",
                "@example.org",
                "alice@.",
                "alice@example.",
                "alice@.org",
                "alice@a..b",
                "alice@exam ple.org",
                "alice@[192.0.2.7]",
                "a\nb@example.org",
                "a\tb@example.org",
                "a\0b@example.org",
                "a\u007f@example.org",
                "a\u0085@example.org",
                "alice@example.org\n",
                "alice@exa\rmple.org",
                "\ud83d@example.org",
                "\ude00\ud83d@example.org",
                "alice@ex\ud83d.org",
                "alice@ex\u00a0ample.org",
                "alice@ex\u2028ample.org",
                "alice@ex\u3000ample.org",
                "alice@example.org'--"
            })
    void whatIsNoWholeAddressIsNone(String user) {
        assertThat(MailAddress.parse(user)).isNull();
    }

    @Test
    void isNoLongerThanItsColumn() {
        String domain = "@example.org";
        assertThat(MailAddress.parse("a".repeat(255 - domain.length()) + domain))
                .isNotNull();
        assertThat(MailAddress.parse("a".repeat(256 - domain.length()) + domain))
                .isNull();
        assertThat(MailAddress.parse("a".repeat(100_000) + domain)).isNull();
    }

    /** The column counts code points, as MySQL does. */
    @Test
    void isMeasuredInCharactersAndNotInUnits() {
        assertThat(MailAddress.parse("😂".repeat(243) + "@example.org")).isNotNull();
        assertThat(MailAddress.parse("😂".repeat(244) + "@example.org")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "alice@example.org., alice@example.org",
        "\"alice\"@example.org, alice@example.org",
        "\"Alice\"@Example.org., alice@example.org",
        "\"a b\"@example.org, a b@example.org",
        "\"a\\\"b\"@example.org, a\"b@example.org",
        "\"a\\\\b\"@example.org, a\\b@example.org",
        "\"a@b\"@example.org, a@b@example.org",
        "alice+x@example.org, alice+x@example.org",
    })
    void readsAKeyAsPostfixMeansIt(String key, String address) {
        assertThat(MailAddress.ofRecipient(key)).hasToString(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "@",
                "example.org",
                "org",
                "alice@",
                "alice",
                "alice@example.org..",
                "\"\"",
                "\"a\"",
                "\"a\\\nb\"@example.org",
                "192.0.2.7",
                "2001:db8::7",
                "@example.org."
            })
    void anyOtherKeyIsNone(String key) {
        assertThat(MailAddress.ofRecipient(key)).isNull();
    }

    @Test
    void anyInputGivesNothingOrAnAddressThatIsReadAsItself() {
        Random random = SeededRandom.random();
        for (int i = 0; i < 100_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(12); n >= 0; n--) {
                text.append(
                        random.nextInt(2) == 0
                                ? LIKELY.charAt(random.nextInt(LIKELY.length()))
                                : (char) random.nextInt(random.nextBoolean() ? 0x80 : 0x10000));
            }
            MailAddress address = MailAddress.ofRecipient(text.toString());
            if (address != null) {
                assertThat(MailAddress.parse(address.value())).isEqualTo(address);
                assertThat(address.value()).doesNotMatch("(?s).*[\\p{Cntrl}].*");
            }
        }
    }
}
