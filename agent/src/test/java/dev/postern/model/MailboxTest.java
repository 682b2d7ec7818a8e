package dev.postern.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MailboxTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, 0, false",
        "99, 100, 0, 0, false",
        "100, 100, 0, 0, true",
        "101, 100, 0, 0, true",
        "100, 0, 0, 0, false",
        "0, 100, 10, 10, true",
        "0, 100, 9, 10, false",
        "500, 0, 9, 10, false",
        ", 100, , 10, false",
        ", 100, 10, 10, true",
        "100, 100, , 10, true",
        "9223372036854775807, 9223372036854775807, 0, 0, true",
    })
    void isFullWhenALimitAboveZeroIsUsedUp(Long bytes, long maxBytes, Long messages, long maxMessages, boolean full) {
        Mailbox mailbox =
                new Mailbox(new MailAddress("a@example.org"), true, null, null, bytes, messages, maxBytes, maxMessages);
        assertThat(mailbox.overQuota()).isEqualTo(full);
    }
}
