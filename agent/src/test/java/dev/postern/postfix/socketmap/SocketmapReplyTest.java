package dev.postern.postfix.socketmap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.LookupResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketmapReplyTest {

    @Test
    void mapsTheThreeAnswers() {
        assertThat(found("452 4.2.2 Mailbox is over quota")).isEqualTo("OK 452 4.2.2 Mailbox is over quota");
        assertThat(SocketmapReply.of(LookupResult.MISSING)).isEqualTo("NOTFOUND ");
        assertThat(SocketmapReply.of(new LookupResult.TempFail("database is down")))
                .isEqualTo("TEMP database is down");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "452", "1700000000", " 1 ", "\r\n", "4\n", "\0"})
    void neverSendsWhatPostfixTakesForPermitOrForAnError(String value) {
        assertThat(found(value)).isEqualTo("TEMP unusable value");
    }

    @Test
    void controlBytesNeverLeave() {
        assertThat(found("452 4.2.2 a\r\nb\0c\u007f")).isEqualTo("OK 452 4.2.2 a  b c ");
        assertThat(SocketmapReply.of(new LookupResult.TempFail("a\nb"))).isEqualTo("TEMP a b");
    }

    @Test
    void keepsToPostfixsLimitInBytes() {
        String longest = "é".repeat(49_998) + "x";
        assertThat(found(longest)).isEqualTo("OK " + longest);
        assertThat(found(longest + "x")).isEqualTo("TEMP unusable value");
    }

    @Test
    void reasonsAreShort() {
        assertThat(SocketmapReply.of(new LookupResult.TempFail("r".repeat(1000))))
                .hasSize(205);
    }

    private static String found(String value) {
        return SocketmapReply.of(new LookupResult.Found(value));
    }
}
