package dev.postern.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.SeededRandom;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpNetworkTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24, 192.0.2.255, true",
        "192.0.2.0/24, 192.0.3.0, false",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.6, false",
        "127.0.0.0/8, 127.255.0.1, true",
        "127.0.0.0/8, ::ffff:127.0.0.1, true",
        "127.0.0.0/8, ::7f00:1, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::7, false",
        "::1/128, ::1, true",
        "::1/128, ::2, false",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/32, 2001:db9::1, false",
        "2001:db8::/64, 2001:db8::ffff:0:0:1, true",
        "2001:db8::/65, 2001:db8::8000:0:0:1, false",
        "::/0, 2001:db8::7, true",
        "::/0, 192.0.2.7, false",
        "::ffff:127.0.0.0/104, 127.1.2.3, true",
        "::ffff:127.0.0.0/104, 128.0.0.1, false",
    })
    void containsItsAddresses(String network, String ip, boolean contained) {
        assertThat(IpNetwork.parse(network).contains(IpAddress.parse(ip))).isEqualTo(contained);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/24",
                "192.0.2.0/",
                "192.0.2.0/33",
                "192.0.2.0/-1",
                "192.0.2.0/+8",
                "192.0.2.0/ 8",
                "192.0.2.0/24/24",
                "192.0.2.1/24",
                "192.0.2/24",
                "::ffff:127.0.0.0/8",
                "192.0.2.0/255.255.255.0",
                "2001:db8::/129",
                "2001:db8::1/64",
                "localhost/8",
                "192.0.2.0/0000000024",
                "::/٠"
            })
    void whatIsNoNetworkIsNone(String text) {
        assertThat(IpNetwork.parse(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.0/24", "0.0.0.0/0", "192.0.2.7/32", "2001:db8::/32", "::/0", "::1/128"})
    void isWrittenAsItIsRead(String text) {
        assertThat(IpNetwork.parse(text)).hasToString(text);
    }

    @Test
    void containsWhatHasTheSameLeadingBits() {
        Random random = SeededRandom.random();
        for (int i = 0; i < 50_000; i++) {
            int bits = random.nextInt(129);
            IpAddress address = new IpAddress(random.nextLong(), random.nextLong());
            int flipped = random.nextInt(128);
            BigInteger other = number(address).flipBit(127 - flipped);
            IpAddress ip = new IpAddress(other.shiftRight(64).longValue(), other.longValue());
            assertThat(new IpNetwork(address, bits).contains(ip)).isEqualTo(flipped >= bits);
        }
    }

    private static BigInteger number(IpAddress ip) {
        return new BigInteger(Long.toUnsignedString(ip.high()))
                .shiftLeft(64)
                .add(new BigInteger(Long.toUnsignedString(ip.low())));
    }
}
