package dev.postern.dovecot.dict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.dovecot.dict.DictFixture.DictClientPeer;
import dev.postern.model.IpAddress;
import dev.postern.model.MailAddress;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The transactions of the plugin last_login. */
class LoginCommitTest {

    private static final String JOE = "joe@example.org";

    private final DictFixture postern = new DictFixture().with(JOE, 100L, 2L).with("new@example.org", null, null);
    private final DictClientPeer wire = postern.connect().greeted();

    @ParameterizedTest
    @CsvSource({
        "1795420817, 2026-11-23T08:00:17Z",
        "1795420817123, 2026-11-23T08:00:17.123Z",
        "1795420817123456, 2026-11-23T08:00:17.123456Z",
        "1795420817123456000, 2026-11-23T08:00:17.123456Z"
    })
    void lastLoginIsALogin(String value, Instant time) {
        wire.send("B1\tjoe@example.org\nS1\tshared/last-login/imap/192.0.2.7/joe@example.org\t" + value + "\nC1\n");
        postern.flush();
        assertThat(wire.take()).isEqualTo("O1\n");
        assertThat(postern.row(JOE).lastip()).isEqualTo(IpAddress.parse("192.0.2.7"));
        assertThat(postern.row(JOE).lasttime()).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "joe@example.org",
                "JOE@Example.org",
                "joe",
                "/joe@example.org",
                "joe/joe@example.org",
                "Joe@example.org/joe@example.org",
                "joe@example.org/session/1+2"
            })
    void theNameUsedForALoginMayBeWrittenInManyWays(String name) {
        wire.send("B1\tjoe@example.org\nS1\tshared/last-login/imap/192.0.2.7/" + name + "\t1795420817\nC1\n");
        postern.flush();
        assertThat(wire.take()).isEqualTo("O1\n");
        assertThat(postern.row(JOE).lastip()).isEqualTo(IpAddress.parse("192.0.2.7"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "adm",
                "adm@example.org",
                "adm/joe@example.org",
                "joe@example.com/joe@example.org",
                "joey/joe@example.org",
                "a/b/joe@example.org"
            })
    void aMasterUsersLoginIsNotTheOwners(String name) {
        wire.send("B1\tjoe@example.org\nS1\tshared/last-login/imap/192.0.2.7/" + name + "\t1795420817\nC1\n");
        postern.flush();
        assertThat(wire.take()).isEqualTo("O1\n");
        assertThat(postern.row(JOE).lastip()).isNull();
        assertThat(postern.windows.size()).isZero();
        assertThat(rejected("dict_login_not_own")).isEqualTo(1);
    }

    /** What {@code last_login_dict_fields} of 2.4.5 adds to the transaction. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void otherSharedKeysDoNotCostTheLogin(boolean loginFirst) {
        String login = "S1\tshared/last-login/imap/192.0.2.7//joe@example.org\t1795420817\n";
        String fields = "S1\tshared/ip\t192.0.2.9\nS1\tshared/who/x\tjoe@example.org\n";
        wire.send("B1\tjoe@example.org\n" + (loginFirst ? login + fields : fields + login) + "C1\n");
        postern.flush();
        assertThat(wire.take()).isEqualTo("O1\n");
        assertThat(postern.row(JOE).lastip()).isEqualTo(IpAddress.parse("192.0.2.7"));
    }

    @Test
    void thePluginsDefaultKeyIsCountedAndOtherwiseWithoutEffect() {
        wire.send("B1\tjoe@example.org\nS1\tshared/last-login/joe@example.org\t1795420817\nS1\tshared/ip\tx\nC1\n");
        postern.flush();
        assertThat(wire.take()).isEqualTo("O1\n");
        assertThat(postern.row(JOE).lastip()).isNull();
        assertThat(rejected("dict_login_no_address")).isEqualTo(1);
    }

    private double rejected(String reason) {
        return postern.meters
                .counter("postern.events.rejected", "reason", reason)
                .count();
    }

    @Test
    void aLoginWithoutAUserInBeginIsThatOfItsKey() {
        wire.send("B2\t\nS2\tshared/last-login/pop3/2001:db8::9/new@example.org\t1795420817\nC2\n");
        postern.flush();
        assertThat(wire.take()).isEqualTo("O2\n");
        assertThat(postern.row("new@example.org").lastip()).isEqualTo(IpAddress.parse("2001:db8::9"));
    }

    @Test
    void everyLoginOfATransactionCounts() {
        Instant now = postern.time.instant();
        long second = now.getEpochSecond();
        wire.lines(
                "B1\t",
                "S1\tshared/last-login/imap/192.0.2.7/joe@example.org\t" + second,
                "S1\tshared/last-login/imap/192.0.2.9/new@example.org\t" + second,
                "S1\tshared/last-login/pop3/192.0.2.8/joe@example.org\t" + (second - 1),
                "S1\tshared/last-login/imap/192.0.2.7/joe@example.org\t" + (second - 2),
                "C1");
        postern.flush();
        assertThat(wire.take()).isEqualTo("O1\n");
        assertThat(postern.row(JOE).lastip()).isEqualTo(IpAddress.parse("192.0.2.7"));
        assertThat(postern.row(JOE).lasttime()).isEqualTo(Instant.ofEpochSecond(second));
        assertThat(postern.row("new@example.org").lastip()).isEqualTo(IpAddress.parse("192.0.2.9"));
        assertThat(postern.windows.addresses(IpAddress.parse("192.0.2.8"), now)).containsExactly(new MailAddress(JOE));
    }

    @Test
    void aTransactionHasSoManyLoginsAndNoMore() {
        wire.send("B1\tjoe@example.org\n");
        for (int i = 0; i < 2 * DictTransaction.MAX_LOGINS; i++) {
            String ip = "192.0.2." + i % DictTransaction.MAX_LOGINS;
            wire.send("S1\tshared/last-login/imap/" + ip + "/joe@example.org\t1795420817\n");
        }
        assertThat(wire.session.bufferedBytes()).isGreaterThan(DictTransaction.MAX_LOGINS * 500);
        wire.send("S1\tshared/last-login/imap/192.0.2.99/joe@example.org\t1795420817\nC1\n");
        assertThat(wire.take()).isEqualTo("F1\tmore than 8 logins in one transaction\n");
        assertThat(wire.session.bufferedBytes()).isZero();
        postern.flush();
        assertThat(postern.row(JOE).lastip()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lmtp/192.0.2.7", "doveadm/192.0.2.7", "lda/192.0.2.7", "imap/"})
    void aDeliveryIsNoLogin(String from) {
        wire.send("B1\tjoe@example.org\nS1\tshared/last-login/" + from + "/joe@example.org\t1795420817\nC1\n");
        assertThat(wire.take()).isEqualTo("O1\n");
        postern.flush();
        assertThat(postern.row(JOE).lastip()).isNull();
        assertThat(postern.windows.size()).isZero();
    }
}
