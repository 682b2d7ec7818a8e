package dev.postern.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.SeededRandom;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MailboxChangeTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final IpAddress HOME = IpAddress.parse("192.0.2.7");
    private static final IpAddress AWAY = IpAddress.parse("2001:db8::7");

    private final Random random = SeededRandom.random();

    @Test
    void lasttimeNeverGoesBackAndTakesItsIpAlong() {
        MailboxChange newer = login(AWAY, NOON.plusSeconds(1));
        MailboxChange older = login(HOME, NOON);
        assertThat(older.then(newer)).isEqualTo(newer);
        assertThat(newer.then(older)).isEqualTo(newer);
    }

    @Test
    void ofTwoLoginsAtOnceTheOneToldLastCounts() {
        assertThat(login(HOME, NOON).then(login(AWAY, NOON)).lastip()).isEqualTo(AWAY);
    }

    @Test
    void figuresToldLastCountAndUntoldOnesStay() {
        MailboxChange both = new MailboxChange(null, null, CounterChange.set(10L), CounterChange.set(1L));
        assertThat(both.then(new MailboxChange(null, null, CounterChange.set(5L), null)))
                .isEqualTo(new MailboxChange(null, null, CounterChange.set(5L), CounterChange.set(1L)));
        assertThat(both.then(login(HOME, NOON)))
                .isEqualTo(new MailboxChange(HOME, NOON, CounterChange.set(10), CounterChange.set(1)));
    }

    @Test
    void aRowKeepsANewerLogin() {
        Mailbox row = new Mailbox(new MailAddress("a@example.org"), false, AWAY, NOON.plusSeconds(1), 3L, null, 7, 8);
        Mailbox changed = new MailboxChange(HOME, NOON, CounterChange.set(4), null).applyTo(row);
        assertThat(changed).isEqualTo(new Mailbox(row.email(), false, AWAY, NOON.plusSeconds(1), 4L, null, 7, 8));
    }

    @Test
    void mergingIsAssociative() {
        for (int i = 0; i < 100_000; i++) {
            MailboxChange a = RandomValues.change(random);
            MailboxChange b = RandomValues.change(random);
            MailboxChange c = RandomValues.change(random);
            assertThat(a.then(b).then(c)).isEqualTo(a.then(b.then(c)));
        }
    }

    @Test
    void mergingIsIdempotentButForIncrements() {
        for (int i = 0; i < 10_000; i++) {
            MailboxChange a = withoutIncrements();
            MailboxChange b = withoutIncrements();
            assertThat(a.then(a)).isEqualTo(a);
            assertThat(a.then(b).then(b)).isEqualTo(a.then(b));
        }
    }

    /** Whichever way they come: two connections, or spool and socket. */
    @Test
    void loginsOfDifferentMomentsAndIncrementsCommute() {
        for (int i = 0; i < 10_000; i++) {
            MailboxChange a = login(HOME, RandomValues.time(random));
            MailboxChange b = login(AWAY, RandomValues.time(random));
            MailboxChange add = new MailboxChange(null, null, CounterChange.increment(i), CounterChange.increment(-i));
            MailboxChange more = new MailboxChange(null, null, CounterChange.increment(7), null);
            assertThat(a.then(add)).isEqualTo(add.then(a));
            assertThat(add.then(more)).isEqualTo(more.then(add));
            if (!a.lasttime().equals(b.lasttime())) {
                assertThat(a.then(b)).isEqualTo(b.then(a));
            }
        }
    }

    @Test
    void oneMergedChangeDoesToARowWhatBothDo() {
        for (int i = 0; i < 100_000; i++) {
            Mailbox row = RandomValues.row(random);
            MailboxChange a = RandomValues.change(random);
            MailboxChange b = RandomValues.change(random);
            assertThat(a.then(b).applyTo(row)).isEqualTo(b.applyTo(a.applyTo(row)));
        }
    }

    @Test
    void writingTwiceIsWritingOnceButForIncrements() {
        for (int i = 0; i < 10_000; i++) {
            Mailbox row = RandomValues.row(random);
            MailboxChange a = withoutIncrements();
            assertThat(a.applyTo(a.applyTo(row))).isEqualTo(a.applyTo(row));
        }
    }

    private MailboxChange withoutIncrements() {
        MailboxChange change = RandomValues.change(random);
        while (isIncrement(change.bytes()) || isIncrement(change.messages())) {
            change = RandomValues.change(random);
        }
        return change;
    }

    private static boolean isIncrement(CounterChange figure) {
        return figure != null && figure.kind() == CounterChange.ChangeKind.INCREMENT;
    }

    private static MailboxChange login(IpAddress ip, Instant time) {
        return new MailboxChange(ip, time, null, null);
    }
}
