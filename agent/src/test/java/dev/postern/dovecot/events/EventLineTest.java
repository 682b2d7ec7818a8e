package dev.postern.dovecot.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.CounterChange;
import dev.postern.model.Event;
import dev.postern.model.IpAddress;
import dev.postern.model.MailAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The grammar of events, line by line. */
class EventLineTest {

    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00.123456789Z");
    private static final MailAddress ALICE = new MailAddress("alice@example.org");

    @Test
    void aLogin() {
        assertThat(parse("login\tuser=Alice@Example.ORG\tip=::ffff:192.0.2.7\tservice=imap")
                        .event())
                .isEqualTo(new Event.Login(
                        ALICE, IpAddress.parse("192.0.2.7"), "imap", Instant.parse("2026-11-23T12:00:00.123456Z")));
    }

    @Test
    void fieldsComeInAnyOrderAndUnknownOnesAreIgnored() {
        assertThat(parse("login\ttime=1795421285.12\tx=\tservice=pop3\tip=2001:DB8::7\tuser=alice@example.org")
                        .event())
                .isEqualTo(new Event.Login(
                        ALICE,
                        IpAddress.parse("2001:db8::7"),
                        "pop3",
                        Instant.ofEpochSecond(1795421285L, 120_000_000)));
    }

    @Test
    void quotaFigures() {
        assertThat(parse("quota\tuser=alice@example.org\tbytes=1048576\tmessages=42")
                        .event())
                .isEqualTo(new Event.QuotaUpdate(ALICE, CounterChange.set(1048576L), CounterChange.set(42L)));
        assertThat(parse("quota\tuser=alice@example.org\tbytes=9223372036854775807")
                        .event())
                .isEqualTo(new Event.QuotaUpdate(ALICE, CounterChange.set(Long.MAX_VALUE), null));
    }

    @Test
    void aTimeALittleAheadIsNow() {
        Event event = parse("login\tuser=alice@example.org\tip=192.0.2.7\ttime=" + (NOW.getEpochSecond() + 60))
                .event();
        assertThat(((Event.Login) event).time()).isEqualTo(Instant.parse("2026-11-23T12:00:00.123456Z"));
    }

    @Test
    void digitsBeyondTheMicrosecondAreDropped() {
        Event event = parse("login\tuser=alice@example.org\tip=192.0.2.7\ttime=1795421285.123456999")
                .event();
        assertThat(((Event.Login) event).time()).isEqualTo(Instant.ofEpochSecond(1795421285L, 123_456_000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "KIND|''",
                "KIND|login2~user=a@b.org",
                "USER|login",
                "FIELD|login~",
                "FIELD|login~user",
                "FIELD|login~=x",
                "FIELD|login~~user=a@b.org",
                "USER|login~user=~ip=192.0.2.7",
                "USER|login~user=a~ip=192.0.2.7",
                "USER|login~user=@b.org~ip=192.0.2.7",
                "USER|login~user=a@b..org~ip=192.0.2.7",
                "DUPLICATE|login~user=a@b.org~user=a@b.org~ip=192.0.2.7",
                "IP|login~user=a@b.org",
                "IP|login~user=a@b.org~ip=192.0.2",
                "IP|login~user=a@b.org~ip=192.0.2.07",
                "IP|login~user=a@b.org~ip=host",
                "IP|login~user=a@b.org~ip=fe80::1%eth0",
                "TIME|login~user=a@b.org~ip=192.0.2.7~time=",
                "TIME|login~user=a@b.org~ip=192.0.2.7~time=imap",
                "TIME|login~user=a@b.org~ip=192.0.2.7~time=-1795421285",
                "TIME|login~user=a@b.org~ip=192.0.2.7~time=1795421285.",
                "TIME|login~user=a@b.org~ip=192.0.2.7~time=1795421285.x",
                "TIME|login~user=a@b.org~ip=192.0.2.7~time=1795421285.1234567x",
                "TIME|login~user=a@b.org~ip=192.0.2.7~time=1795421285123",
                "FIGURES|quota~user=a@b.org",
                "FIGURES|quota~user=a@b.org~bytes=",
                "FIGURES|quota~user=a@b.org~bytes=-1",
                "FIGURES|quota~user=a@b.org~bytes=1.5",
                "FIGURES|quota~user=a@b.org~bytes=1~messages=x",
                "FIGURES|quota~user=a@b.org~bytes=9223372036854775808"
            })
    void whatIsNoEvent(Rejection why, String line) {
        assertThat(parse(line.replace('~', '\t')).rejection()).isEqualTo(why);
    }

    @ParameterizedTest
    @CsvSource({"imap,imap", "IMAP,imap", "'',unknown", "no word,unknown", "x@example.org,unknown"})
    void anOddServiceIsNoReasonToLoseALogin(String told, String service) {
        assertThat(parse("login\tuser=a@b.org\tip=192.0.2.7\tservice=" + told).event())
                .isInstanceOfSatisfying(
                        Event.Login.class, login -> assertThat(login.service()).isEqualTo(service));
    }

    @ParameterizedTest
    @CsvSource({"0,1970-01-01T00:00:00Z", "1,1970-01-01T00:00:01Z", "99999999999,"})
    void anOddTimeIsNone(long told, @Nullable Instant time) {
        assertThat(parse("login\tuser=a@b.org\tip=192.0.2.7\ttime=" + told).event())
                .isInstanceOfSatisfying(
                        Event.Login.class,
                        login -> assertThat(login.time())
                                .isEqualTo(time == null ? NOW.truncatedTo(ChronoUnit.MICROS) : time));
    }

    @Test
    void whatIsNoText() {
        for (byte[] bytes : new byte[][] {{(byte) 0xff}, {'a', 0}, {'a', 0x7f}, {'\r'}, {(byte) 0xc3}}) {
            assertThat(EventLine.parse(bytes, 0, bytes.length, NOW).rejection()).isEqualTo(Rejection.NOT_TEXT);
        }
        assertThat(parse("quota\tuser=j\u00f6rg@example.org\tbytes=1").event())
                .isEqualTo(
                        new Event.QuotaUpdate(new MailAddress("j\u00f6rg@example.org"), CounterChange.set(1L), null));
    }

    private static EventLine parse(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return EventLine.parse(bytes, 0, bytes.length, NOW);
    }
}
