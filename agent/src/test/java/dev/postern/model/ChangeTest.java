package dev.postern.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.Seeded;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChangeTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Ip HOME = Ip.parse("192.0.2.7");
    private static final Ip AWAY = Ip.parse("2001:db8::7");

    private final Random random = Seeded.random();

    @Test
    void lasttimeNeverGoesBackAndTakesItsIpAlong() {
        Change newer = login(AWAY, NOON.plusSeconds(1));
        Change older = login(HOME, NOON);
        assertThat(older.then(newer)).isEqualTo(newer);
        assertThat(newer.then(older)).isEqualTo(newer);
    }

    @Test
    void ofTwoLoginsAtOnceTheOneToldLastCounts() {
        assertThat(login(HOME, NOON).then(login(AWAY, NOON)).lastip()).isEqualTo(AWAY);
    }

    @Test
    void figuresToldLastCountAndUntoldOnesStay() {
        Change both = new Change(null, null, Figure.set(10L), Figure.set(1L));
        assertThat(both.then(new Change(null, null, Figure.set(5L), null)))
                .isEqualTo(new Change(null, null, Figure.set(5L), Figure.set(1L)));
        assertThat(both.then(login(HOME, NOON))).isEqualTo(new Change(HOME, NOON, Figure.set(10), Figure.set(1)));
    }

    @Test
    void aRowKeepsANewerLogin() {
        Mailbox row = new Mailbox(new Address("a@example.org"), false, AWAY, NOON.plusSeconds(1), 3L, null, 7, 8);
        Mailbox changed = new Change(HOME, NOON, Figure.set(4), null).applyTo(row);
        assertThat(changed).isEqualTo(new Mailbox(row.email(), false, AWAY, NOON.plusSeconds(1), 4L, null, 7, 8));
    }

    @Test
    void mergingIsAssociative() {
        for (int i = 0; i < 100_000; i++) {
            Change a = Generated.change(random);
            Change b = Generated.change(random);
            Change c = Generated.change(random);
            assertThat(a.then(b).then(c)).isEqualTo(a.then(b.then(c)));
        }
    }

    @Test
    void mergingIsIdempotentButForIncrements() {
        for (int i = 0; i < 10_000; i++) {
            Change a = withoutIncrements();
            Change b = withoutIncrements();
            assertThat(a.then(a)).isEqualTo(a);
            assertThat(a.then(b).then(b)).isEqualTo(a.then(b));
        }
    }

    /** Whichever way they come: two connections, or spool and socket. */
    @Test
    void loginsOfDifferentMomentsAndIncrementsCommute() {
        for (int i = 0; i < 10_000; i++) {
            Change a = login(HOME, Generated.time(random));
            Change b = login(AWAY, Generated.time(random));
            Change add = new Change(null, null, Figure.increment(i), Figure.increment(-i));
            Change more = new Change(null, null, Figure.increment(7), null);
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
            Mailbox row = Generated.row(random);
            Change a = Generated.change(random);
            Change b = Generated.change(random);
            assertThat(a.then(b).applyTo(row)).isEqualTo(b.applyTo(a.applyTo(row)));
        }
    }

    @Test
    void writingTwiceIsWritingOnceButForIncrements() {
        for (int i = 0; i < 10_000; i++) {
            Mailbox row = Generated.row(random);
            Change a = withoutIncrements();
            assertThat(a.applyTo(a.applyTo(row))).isEqualTo(a.applyTo(row));
        }
    }

    private Change withoutIncrements() {
        Change change = Generated.change(random);
        while (isIncrement(change.bytes()) || isIncrement(change.messages())) {
            change = Generated.change(random);
        }
        return change;
    }

    private static boolean isIncrement(Figure figure) {
        return figure != null && figure.kind() == Figure.Kind.INCREMENT;
    }

    private static Change login(Ip ip, Instant time) {
        return new Change(ip, time, null, null);
    }
}
