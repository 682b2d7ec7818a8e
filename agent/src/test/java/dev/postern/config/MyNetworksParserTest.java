package dev.postern.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.IpAddress;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MyNetworksParserTest {

    private final Map<String, String> files = new HashMap<>();
    private final MyNetworksParser text = new MyNetworksParser(path -> {
        if (!files.containsKey(path)) {
            throw new NoSuchFileException(path);
        }
        return files.get(path);
    });

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128 | 127.0.0.1 | true",
                "127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128 | ::1 | true",
                "127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128 | ::2 | false",
                "[::ffff:127.0.0.0]/104 | 127.1.2.3 | true",
                "127.0.0.0/8,192.0.2.0/24 | 192.0.2.7 | true",
                "127.0.0.0/8, 192.0.2.7 | 192.0.2.7 | true",
                "127.0.0.0/8 ,\t192.0.2.7 | 192.0.2.8 | false",
                "[2001:db8::7] | 2001:db8::7 | true",
                "!192.0.2.7 192.0.2.0/24 | 192.0.2.7 | false",
                "!192.0.2.7 192.0.2.0/24 | 192.0.2.8 | true",
                "192.0.2.0/24 !192.0.2.7 | 192.0.2.7 | true",
                "!!192.0.2.7 | 192.0.2.7 | true",
                "![2001:db8::]/33 [2001:db8::]/32 | 2001:db8::7 | false",
                "![2001:db8::]/33 [2001:db8::]/32 | 2001:db8:8000::7 | true",
                "0.0.0.0/0 | 2001:db8::7 | false",
            })
    void understandsNetworks(String mynetworks, String ip, boolean contained) {
        assertThat(text.read(mynetworks)).isNull();
        assertThat(text.networks().contains(IpAddress.parse(ip))).isEqualTo(contained);
        assertThat(text.unusable()).isEmpty();
    }

    @Test
    void takesFilesInWhereTheyAreNamed() {
        files.put("/etc/postfix/ours", "# ours\n192.0.2.0/25,\n  # more\n\t192.0.2.128/26\n/etc/postfix/theirs\n");
        files.put("/etc/postfix/theirs", "[2001:db8::]/32");
        assertThat(text.read("!192.0.2.7 /etc/postfix/ours")).isNull();
        assertThat(text.networks().contains(IpAddress.parse("192.0.2.8"))).isTrue();
        assertThat(text.networks().contains(IpAddress.parse("192.0.2.130"))).isTrue();
        assertThat(text.networks().contains(IpAddress.parse("2001:db8::7"))).isTrue();
        assertThat(text.networks().contains(IpAddress.parse("192.0.2.7"))).isFalse();
        assertThat(text.unusable()).isEmpty();
    }

    @Test
    void aMarkBeforeAFileTurnsEachOfItsPatterns() {
        files.put("/not", "192.0.2.7 !192.0.2.8");
        assertThat(text.read("!/not 192.0.2.0/28")).isNull();
        assertThat(text.networks().contains(IpAddress.parse("192.0.2.7"))).isFalse();
        assertThat(text.networks().contains(IpAddress.parse("192.0.2.8"))).isTrue();
    }

    @Test
    void namesWhatIsNoNetwork() {
        assertThat(text.read("hash:/etc/postfix/x 192.0.2.0/24 ::1/128 inline:{ {192.0.2.1 = ok}, x } .example.org"
                        + " localhost 10.1.2.3/8 [::1 ! #"))
                .isNull();
        assertThat(text.networks().items()).hasSize(1);
        assertThat(text.unusable())
                .containsExactly(
                        "hash:/etc/postfix/x",
                        "::1/128",
                        "inline:{ {192.0.2.1 = ok}, x }",
                        ".example.org",
                        "localhost",
                        "10.1.2.3/8",
                        "[::1",
                        "",
                        "#");
    }

    @Test
    void aFileThatCannotBeReadIsNoReasonToExcludeLess() {
        assertThat(text.read("192.0.2.0/24 /etc/postfix/none"))
                .isEqualTo("names in mynetworks what this account cannot read: /etc/postfix/none");
    }

    @Test
    void circlesAndFloodsEnd() {
        files.put("/a", "/a");
        assertThat(text.read("/a")).contains("/a too deep");
        assertThat(text.read("192.0.2.7 ".repeat(MyNetworksParser.MAX_NETWORKS + 1)))
                .contains("more than " + MyNetworksParser.MAX_NETWORKS);
    }

    @Test
    void nothingIsNothing() {
        assertThat(text.read(" \n")).isNull();
        assertThat(text.networks().items()).isEmpty();
    }
}
