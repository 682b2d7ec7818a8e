package dev.postern.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The verdicts are those of Postfix's split_addr.c; {@code peers.AddressAgreementIT} asks a real one. */
class RecipientDelimiterTest {

    @ParameterizedTest
    @CsvSource({
        "+, alice+x@example.org, alice@example.org",
        "+, alice+x+y@example.org, alice@example.org",
        "+, alice+@example.org, alice@example.org",
        "+, alice@example.org, alice@example.org",
        "+, +x@example.org, +x@example.org",
        "+, +x+y@example.org, +x+y@example.org",
        "+, alice-x@example.org, alice-x@example.org",
        "+-, alice-x@example.org, alice@example.org",
        "+-, alice-x+y@example.org, alice@example.org",
        "+-, alice+x-y@example.org, alice@example.org",
        "+-_, full_x@example.org, full@example.org",
        "-, owner-list@example.org, owner-list@example.org",
        "+-, owner-list+x@example.org, owner-list+x@example.org",
        "-, list-request@example.org, list-request@example.org",
        "-, -request@example.org, -request@example.org",
        "-, request-x@example.org, request@example.org",
        "_, owner-a_b@example.org, owner-a@example.org",
        "-, mailer-daemon@example.org, mailer-daemon@example.org",
        "-, double-bounce@example.org, double-bounce@example.org",
        "m, postmaster@example.org, postmaster@example.org",
        "-, mailer-x@example.org, mailer@example.org",
        "'', alice+x@example.org, alice+x@example.org",
        "+, a+b@c@example.org, a@example.org",
    })
    void cutsAtTheFirstOfItsCharacters(String characters, String address, String bare) {
        assertThat(new RecipientDelimiter(characters).withoutExtension(new MailAddress(address)))
                .hasToString(bare);
    }
}
