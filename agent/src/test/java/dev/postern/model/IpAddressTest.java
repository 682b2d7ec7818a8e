package dev.postern.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.SeededRandom;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7",
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
        "::ffff:192.0.2.7, 192.0.2.7",
        "::FFFF:c000:0207, 192.0.2.7",
        "2001:DB8:0:0:0:0:0:7, 2001:db8::7",
        "2001:0db8::0007, 2001:db8::7",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "fe80:0:0:0:1:0:0:0, fe80::1:0:0:0",
        "64:ff9b::192.0.2.7, 64:ff9b::c000:207",
        "::192.0.2.7, ::c000:207",
        "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    })
    void readsLiteralsAndWritesTheShortestForm(String literal, String shortest) {
        assertThat(IpAddress.parse(literal)).hasToString(shortest);
        assertThat(IpAddress.parse(shortest)).isEqualTo(IpAddress.parse(literal));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "192",
                "192.0",
                "192.0.2",
                "192.0.2.",
                "192.0.2.7.",
                ".192.0.2.7",
                "192.0.2.7.1",
                "192.0.2.256",
                "192.0.2.07",
                "0x7f.0.0.1",
                "3232235777",
                "192.0.2.7\n",
                " 192.0.2.7",
                "192.0.2.7 ",
                "192.0.2.-7",
                "192.0.2.7/32",
                "[192.0.2.7]",
                "IPv6:2001:db8::7",
                "[2001:db8::7]",
                "2001:db8",
                "2001",
                "2001:db8:",
                "2001:db8::00007",
                "2001:00db8::7",
                ":2001:db8::7",
                "2001:db8::7:",
                "2001::db8::7",
                ":::",
                ":",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "2001:db8::7%eth0",
                "2001:db8::12345",
                "2001:db8::g",
                "::ffff:192.0.2",
                "::ffff:192.0.2.07",
                "::192.0.2.7.8",
                "::ffff:192.0.2.256",
                "1:2:3:4:5:6:7:192.0.2.7",
                "192.0.2.7::",
                "1.2.3.4:5::",
                "localhost",
                "org",
                "mail.example.org",
                "unknown",
                "..:",
                ".::1",
                ".:",
                "a:",
                "١٩٢.0.2.7",
                "192。0。2。7"
            })
    void whatIsNoWholeLiteralIsNone(String text) {
        assertThat(IpAddress.parse(text)).isNull();
    }

    @Test
    void anyNumberIsReadBackFromWhatIsWritten() {
        Random random = SeededRandom.random();
        for (int i = 0; i < 50_000; i++) {
            IpAddress ip = new IpAddress(sparse(random), sparse(random));
            assertThat(IpAddress.parse(ip.toString())).isEqualTo(ip);
            IpAddress v4 = new IpAddress(0, 0xffff_0000_0000L | (random.nextInt() & 0xffff_ffffL));
            assertThat(v4.isV4()).isTrue();
            assertThat(IpAddress.parse(v4.toString())).isEqualTo(v4);
            assertThat(IpAddress.parse("::ffff:" + v4)).isEqualTo(v4);
        }
    }

    /** Would take seconds each, if a name server were asked for any of them. */
    @Test
    void garbageIsNeverLookedUp() {
        Random random = SeededRandom.random();
        for (int i = 0; i < 100_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(12); n >= 0; n--) {
                text.append("0129afF:.:.x-%/ [é".charAt(random.nextInt(18)));
            }
            IpAddress ip = IpAddress.parse(text.toString());
            if (ip != null) {
                assertThat(IpAddress.parse(ip.toString())).isEqualTo(ip);
            }
        }
    }

    private static long sparse(Random random) {
        long number = random.nextLong();
        for (int group = 0; group < 4; group++) {
            if (random.nextBoolean()) {
                number &= ~(0xffffL << (16 * group));
            }
        }
        return number;
    }
}
