package dev.postern.dovecot.dict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.dovecot.dict.DictFixture.DictClientPeer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a transaction is answered, and when: MySQL or the disk has it, there is nothing to add to, neither can take it.
 */
class CommitFateTest {

    private static final String JOE = "joe@example.org";

    private final DictFixture postern = new DictFixture().with(JOE, 100L, 2L).with("new@example.org", null, null);
    private final DictClientPeer wire = postern.connect().greeted();

    @Test
    void aCommitIsAnsweredOnceItCannotBeLost() {
        wire.send("B1\tjoe@example.org\nS1\tpriv/quota/storage\t3051\nS1\tpriv/quota/messages\t7\nC1\n");
        assertThat(wire.take()).isEmpty();
        postern.flush();
        assertThat(wire.take()).isEqualTo("O1\n");
        assertThat(postern.row(JOE).bytes()).isEqualTo(3051);
        assertThat(postern.row(JOE).messages()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody@example.org", "new@example.org", "no-address", ""})
    void anIncrementOfNothingIsAnsweredN(String user) {
        wire.send("B9\t" + user + "\nA9\tpriv/quota/storage\t296\nA9\tpriv/quota/messages\t1\nC9\n");
        postern.flush();
        assertThat(wire.take()).isEqualTo("N9\n");
    }

    @Test
    void thereIsSomethingToAddToWhenTheRowSaysSo() {
        String increment = "B1\tnobody@example.org\nA1\tpriv/quota/storage\t1\nC1\n";
        wire.send(increment);
        postern.save();
        assertThat(wire.take()).isEmpty();
        postern.flush();
        assertThat(wire.take()).isEqualTo("N1\n");
        postern.with("nobody@example.org", 1L, 1L);
        wire.send(increment);
        postern.save();
        assertThat(wire.take()).isEmpty();
        postern.flush();
        assertThat(wire.take()).isEqualTo("O1\n");
        wire.send(increment);
        postern.save();
        assertThat(wire.take()).isEqualTo("O1\n");
    }

    @Test
    void whileNobodyCanSayWhetherThereIsAMailboxTheDiskIsEnough() {
        wire.send("B1\tnobody@example.org\nA1\tpriv/quota/storage\t1\nC1\n");
        postern.save();
        assertThat(wire.take()).isEmpty();
        postern.stall();
        assertThat(wire.take()).isEqualTo("O1\n");
    }

    @Test
    void whatIsUnderWayWhenTheDatabaseGoesAwayIsUncertain() {
        wire.send("B1\tjoe@example.org\nA1\tpriv/quota/storage\t5\nC1\n");
        postern.stall();
        assertThat(wire.take()).startsWith("W1\t").endsWith("\n");
        postern.flush();
        assertThat(postern.row(JOE).bytes()).isEqualTo(105);
        assertThat(wire.take()).isEmpty();
    }

    @Test
    void whatMayBeToldAgainIsNotTakenWhenTheDatabaseGoesAway() {
        wire.send("B1\tjoe@example.org\nS1\tpriv/quota/storage\t5\nC1\n");
        postern.stall();
        assertThat(wire.take()).isEqualTo("F1\tdatabase is away\n");
        postern.flush();
        assertThat(postern.row(JOE).bytes()).isEqualTo(5);
    }

    @Test
    void incrementsAreNotTakenWhileTheDatabaseIsAway() {
        postern.stall();
        wire.send("B1\tjoe@example.org\nA1\tpriv/quota/storage\t5\nC1\n");
        assertThat(wire.take()).isEqualTo("F1\tdatabase is away\n");
        postern.flush();
        assertThat(postern.row(JOE).bytes()).isEqualTo(100);
    }

    @Test
    void whatMayBeToldTwiceIsKeptAllTheSame() {
        postern.stall();
        wire.send("B1\tjoe@example.org\nS1\tpriv/quota/storage\t5\nC1\n");
        assertThat(wire.take()).isEqualTo("F1\tdatabase is away\n");
        postern.flush();
        assertThat(postern.row(JOE).bytes()).isEqualTo(5);
    }

    @Test
    void withoutRoomItIsNotCommitted() {
        DictFixture small = new DictFixture(1, 1).with(JOE, 1L, 1L);
        DictClientPeer peer = small.connect().greeted();
        peer.send("B1\tjoe@example.org\nS1\tpriv/quota/storage\t5\nC1\n");
        peer.send("B2\tann@example.org\nS2\tpriv/quota/storage\t5\nC2\n");
        small.flush();
        assertThat(peer.take()).isEqualTo("O1\nF2\ttoo many mailboxes wait to be written\n");
    }

    @Test
    void aCommitOutlivesItsConnection() {
        wire.send("B1\tjoe@example.org\nA1\tpriv/quota/storage\t5\nC1\n");
        wire.session.inputClosed();
        postern.time.advance(Duration.ofSeconds(1));
        postern.flush();
        assertThat(wire.take()).isEqualTo("O1\n");
        assertThat(wire.isClosed()).isTrue();
        assertThat(postern.row(JOE).bytes()).isEqualTo(105);
    }
}
