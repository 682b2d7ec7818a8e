package dev.postern.dovecot.dict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.dovecot.dict.DictFixture.DictClientPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DictSessionTest {

    private static final String JOE = "joe@example.org";

    private final DictFixture postern = new DictFixture().with(JOE, 100L, 2L).with("new@example.org", null, null);
    private final DictClientPeer wire = postern.connect().greeted();

    @Test
    void nothingIsAnsweredToHello() {
        assertThat(wire.take()).isEmpty();
        assertThat(wire.writes()).isZero();
    }

    @Test
    void looksUpWhatThereIs() {
        wire.send("Lpriv/quota/storage\tjoe@example.org\nLpriv/quota/messages\tJoe@Example.ORG\n");
        assertThat(wire.take()).isEqualTo("O100\nO2\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Lpriv/quota/storage\tnobody@example.org",
                "Lpriv/quota/storage\tnew@example.org",
                "Lpriv/quota/storage\tno-address",
                "Lpriv/quota/storage\t",
                "Lpriv/quota/storage",
                "Lpriv/quota/nosuch\tjoe@example.org",
                "Lshared/last-login/imap/192.0.2.7/joe@example.org\tjoe@example.org"
            })
    void whatThereIsNotIsNotFound(String lookup) {
        assertThat(wire.send(lookup + "\n").take()).isEqualTo("N\n");
    }

    @Test
    void aDatabaseThatIsAwayIsAFailureAndNotNotFound() {
        postern.sourceDown = true;
        wire.send("Lpriv/quota/storage\tjoe@example.org\nI0\t0\tpriv/quota/\tjoe@example.org\n");
        assertThat(wire.take()).isEqualTo("Fmailbox cannot be read now\nFmailbox cannot be read now\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Lpriv/quota/nosuch|N
                    Lshared/last-login/imap/192.0.2.7/joe@example.org|N
                    I0\t0\tpriv/nothing/|''
                    I1\t0\tshared/|''
                    I0\t0\tpriv/|''
                    """)
    void whatIsNotKeptHereIsNotThereWhateverTheDatabaseDoes(String request, String reply) {
        postern.sourceDown = true;
        postern.sourceHangs = true;
        wire.send(request + "\tjoe@example.org\n");
        assertThat(wire.take()).isEqualTo(reply + "\n");
    }

    @Test
    void aDatabaseThatHangsIsAFailureAfterAWhile() {
        postern.sourceHangs = true;
        wire.send("Lpriv/quota/storage\tjoe@example.org\n");
        assertThat(wire.take()).isEmpty();
        postern.time.advance(DictLookups.DEADLINE);
        assertThat(wire.take()).isEqualTo("Fmailbox cannot be read now\n");
        postern.questions.remove().fail("late");
        assertThat(wire.take()).isEmpty();
        assertThat(wire.session.hasPendingReplies()).isFalse();
    }

    @Test
    void aLookupCountsWhatIsNotWrittenYet() {
        wire.send("B1\tjoe@example.org\nA1\tpriv/quota/storage\t-30\nC1\n");
        assertThat(postern.connect()
                        .greeted()
                        .send("Lpriv/quota/storage\tjoe@example.org\n")
                        .take())
                .isEqualTo("O70\n");
        postern.flush();
        assertThat(wire.take()).isEqualTo("O1\n");
        assertThat(wire.send("Lpriv/quota/storage\tjoe@example.org\n").take()).isEqualTo("O70\n");
    }

    @Test
    void repliesComeInTheOrderOfTheRequests() {
        wire.lines(
                "B1\tjoe@example.org",
                "A1\tpriv/quota/storage\t5",
                "C1",
                "Lpriv/quota/storage\tjoe@example.org",
                "B2\tnobody@example.org",
                "A2\tpriv/quota/storage\t5",
                "C2",
                "Lpriv/quota/messages\tjoe@example.org");
        assertThat(wire.take()).isEmpty();
        postern.flush();
        assertThat(wire.take()).isEqualTo("O1\nO105\nN2\nO2\n");
        assertThat(wire.writes()).isEqualTo(1);
    }

    @Test
    void settingAMailboxThatIsNotOursIsHarmless() {
        wire.send("B1\tnobody@example.org\nS1\tpriv/quota/storage\t1\nC1\n");
        wire.send("B2\tno-address\nS2\tpriv/quota/storage\t1\nC2\n");
        postern.flush();
        assertThat(wire.take()).isEqualTo("O1\nO2\n");
        assertThat(postern.table).hasSize(2);
    }

    @Test
    void recountingSetsWhatWasUnset() {
        wire.lines(
                "B1\tnew@example.org",
                "U1\tpriv/quota/storage",
                "U1\tpriv/quota/messages",
                "S1\tpriv/quota/storage\t0",
                "S1\tpriv/quota/messages\t0",
                "C1");
        postern.flush();
        assertThat(wire.take()).isEqualTo("O1\n");
        assertThat(postern.row("new@example.org").bytes()).isZero();
    }

    @Test
    void anUnsetFigureIsGone() {
        wire.send("B1\tjoe@example.org\nU1\tpriv/quota/storage\nC1\nLpriv/quota/storage\tjoe@example.org\n");
        postern.flush();
        assertThat(wire.take()).isEqualTo("O1\nN\n");
        assertThat(postern.row(JOE).messages()).isEqualTo(2);
    }

    @Test
    void figuresMayGoBelowZeroSoThatDovecotCountsAnew() {
        wire.send("B1\tjoe@example.org\nA1\tpriv/quota/storage\t-150\nC1\nLpriv/quota/storage\tjoe@example.org\n");
        postern.flush();
        assertThat(wire.take()).isEqualTo("O1\nO-50\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "S1\tpriv/quota/nosuch\t1",
                "U1\tpriv/quota/nosuch",
                "A1\tpriv/quota/nosuch\t1",
                "S1\tpriv/quota/storage\tmany",
                "S1\tpriv/quota/storage\t99999999999999999999",
                "S1\tshared/last-login/joe@example.org/example.org\t1795420817",
                "S1\tshared/ip\t192.0.2.7",
                "S1\tshared/last-login/imap/nowhere/joe@example.org\t1795420817",
                "A1\tpriv/quota/storage\t9223372036854775807"
            })
    void aTransactionIsDoneWholeOrNotAtAll(String operation) {
        wire.send("B1\tjoe@example.org\nS1\tpriv/quota/messages\t77\n" + operation + "\nC1\n");
        assertThat(wire.take()).startsWith("F1\t").doesNotContain("77").endsWith("\n");
        postern.flush();
        assertThat(postern.row(JOE).messages()).isEqualTo(2);
    }

    @Test
    void rolledBackIsForgotten() {
        wire.send("B1\tjoe@example.org\nA1\tpriv/quota/storage\t5\nR1\nLpriv/quota/storage\tjoe@example.org\n");
        assertThat(wire.take()).isEqualTo("O100\n");
    }

    @Test
    void transactionsMayBeToldInterleaved() {
        wire.lines(
                "B1\tjoe@example.org",
                "B2\tnew@example.org",
                "S2\tpriv/quota/storage\t9",
                "A1\tpriv/quota/storage\t1",
                "C2",
                "C1");
        postern.flush();
        assertThat(wire.take()).isEqualTo("O2\nO1\n");
        assertThat(postern.row(JOE).bytes()).isEqualTo(101);
        assertThat(postern.row("new@example.org").bytes()).isEqualTo(9);
    }

    @Test
    void anAsyncCommitIsAnsweredWithItsPrefix() {
        wire.send("B1\tjoe@example.org\nA1\tpriv/quota/storage\t1\nD1\n");
        postern.flush();
        assertThat(wire.take()).isEqualTo("AO1\n");
    }

    @Test
    void timestampsAndHiddenValuesAreAccepted() {
        wire.send("B1\tjoe@example.org\nT1\t1795420817\t5\nV1\tyes\nS1\tpriv/quota/storage\t1\nC1\n");
        postern.flush();
        assertThat(wire.take()).isEqualTo("O1\n");
    }

    @Test
    void anEmptyTransactionIsDoneAtOnce() {
        assertThat(wire.send("B1\tjoe@example.org\nC1\n").take()).isEqualTo("O1\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    0|0|priv/quota/|Opriv/quota/messages/2;Opriv/quota/storage/100;
                    0|1|priv/quota/|Opriv/quota/messages/2;
                    8|0|priv/quota/|Opriv/quota/messages/;Opriv/quota/storage/;
                    4|0|priv/quota/|Opriv/quota/messages/2;Opriv/quota/storage/100;
                    0|0|priv/|''
                    1|0|priv/|Opriv/quota/messages/2;Opriv/quota/storage/100;
                    17|0|priv/quota/storage|Opriv/quota/storage/100;
                    16|0|priv/quota/|''
                    0|0|shared/|''
                    """)
    void listsByPath(int flags, int max, String path, String rows) {
        wire.send("I" + flags + "\t" + max + "\t" + path + "\tjoe@example.org\n");
        String expected = rows.replaceAll("/(\\d*);", "\t$1\n");
        assertThat(wire.take()).isEqualTo(expected + "\n");
    }

    @Test
    void theOldDialectHasTheUserInHello() {
        DictClientPeer old = postern.connect().send("H2\t0\t0\tjoe@example.org\tquotadict\n");
        old.send("Lpriv/quota/storage\nI0\t0\tpriv/nothing/\tpriv/quota/\nB1\nA1\tpriv/quota/storage\t1\nC1\n");
        postern.flush();
        assertThat(old.take()).isEqualTo("O100\nOpriv/quota/messages\t2\nOpriv/quota/storage\t100\n\nO1\n");
    }

    @Test
    void theNewDialectHasAnExpiryInBegin() {
        DictClientPeer dovecot24 = postern.connect().send("H4\t0\t0\t\tquotaclone\n");
        dovecot24.send("B1\tjoe@example.org\t0\nS1\tpriv/quota/storage\t3791\nS1\tpriv/quota/messages\t9\nC1\n");
        postern.flush();
        assertThat(dovecot24.take()).isEqualTo("O1\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Q\n",
                "\n",
                "Bx\tjoe@example.org\n",
                "A1\tpriv/quota/storage\t1\n",
                "C7\n",
                "B1\tjoe@example.org\nB1\tjoe@example.org\n",
                "H3\t2\t0\t\tquotadict\n"
            })
    void whoIsNotUnderstoodIsAnsweredWhatIsOwedAndHungUpOn(String nonsense) {
        wire.send("Lpriv/quota/storage\tjoe@example.org\n" + nonsense + "Lpriv/quota/storage\tjoe@example.org\n");
        assertThat(wire.take()).isEqualTo("O100\n");
        assertThat(wire.isClosed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"H1\t0\t0\t\tx\n", "H5\t0\t0\t\tx\n", "Hx\n", "H\n", "Lpriv/quota/storage\tjoe@example.org\n"})
    void whoDoesNotGreetAsDovecotDoesIsHungUpOn(String greeting) {
        DictClientPeer stranger = postern.connect().send(greeting);
        assertThat(stranger.take()).isEmpty();
        assertThat(stranger.isClosed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"H3\n", "H3\tx\n", "H4\t\n", "H2\t\t\tjoe@example.org\n", "H3\t99999999999\t0\t\tx\n"})
    void ofAGreetingTheMajorVersionIsAllThatMustBeThere(String greeting) {
        DictClientPeer peer = postern.connect().send(greeting + "Lpriv/quota/storage\tjoe@example.org\n");
        assertThat(peer.take()).isEqualTo("O100\n");
    }

    @Test
    void aLineOfMoreThanDovecotsOwnLimitIsTheLast() {
        wire.send("Lpriv/quota/storage\tjoe@example.org\nL" + "x".repeat(DictSession.MAX_LINE));
        assertThat(wire.take()).isEqualTo("O100\n");
        assertThat(wire.isClosed()).isTrue();
    }

    @Test
    void openTransactionsAreBounded() {
        for (int i = 0; i < DictSession.MAX_TRANSACTIONS; i++) {
            wire.send("B" + i + "\tjoe@example.org\n");
        }
        assertThat(wire.isClosed()).isFalse();
        wire.send("B999999\tjoe@example.org\n");
        assertThat(wire.isClosed()).isTrue();
    }

    @Test
    void whoIsOwedMuchIsNotReadFromForAWhile() {
        for (int i = 0; i < DictSession.MAX_PENDING; i++) {
            wire.send("B" + i + "\tjoe@example.org\nA" + i + "\tpriv/quota/storage\t1\nC" + i + "\n");
        }
        assertThat(wire.isPaused()).isTrue();
        postern.flush();
        assertThat(wire.isPaused()).isFalse();
        assertThat(postern.row(JOE).bytes()).isEqualTo(100 + DictSession.MAX_PENDING);
    }

    @Test
    void whoDoesNotReadIsNotReadFrom() {
        wire.setFull(true);
        wire.send("Lpriv/quota/storage\tjoe@example.org\n");
        assertThat(wire.isPaused()).isTrue();
        wire.setFull(false);
        wire.session.writable();
        assertThat(wire.isPaused()).isFalse();
    }

    @Test
    void stoppingAnswersWhatIsOwed() {
        wire.send("B1\tjoe@example.org\nA1\tpriv/quota/storage\t5\nC1\n");
        wire.session.stop();
        assertThat(wire.isClosed()).isFalse();
        postern.flush();
        assertThat(wire.take()).isEqualTo("O1\n");
        assertThat(wire.isClosed()).isTrue();
    }

    @Test
    void escapedFieldsAreRead() {
        postern.with("o\u0001dd@example.org", 7L, 7L);
        assertThat(wire.send("Lpriv/quota/\u0001storage\tjoe@example.org\n").take())
                .isEqualTo("O100\n");
    }

    @Test
    void countsWhatItDoes() {
        wire.send("Lpriv/quota/storage\tjoe@example.org\nB1\tjoe@example.org\nA1\tpriv/quota/storage\t5\nC1\n");
        postern.flush();
        assertThat(postern.meters
                        .counter("postern.lookups", "map", "dict", "answer", "found")
                        .count())
                .isEqualTo(1);
        assertThat(postern.meters
                        .counter("postern.dict.commits", "answer", "committed")
                        .count())
                .isEqualTo(1);
        assertThat(postern.meters
                        .counter("postern.events", "kind", "quota", "source", "dict")
                        .count())
                .isEqualTo(1);
    }

    /** Dovecot reports one change to each root: the same mail would count twice. */
    @Test
    void aSecondQuotaRootIsNotAdded() {
        assertThat(increment("quota")).isEqualTo("O1\n");
        assertThat(increment("domainquota")).startsWith("F1\tanother quota root");
        assertThat(postern.row(JOE).bytes()).isEqualTo(100 + 364);
        assertThat(postern.row(JOE).messages()).isEqualTo(2 + 1);
    }

    /** Whichever root reports first, the mail is counted once; the shipped name has the last word. */
    @Test
    void theShippedNameIsTheRootThatCounts() {
        assertThat(increment("domainquota")).isEqualTo("O1\n");
        assertThat(increment("other")).startsWith("F1\t");
        assertThat(increment("quota")).isEqualTo("O1\n");
        assertThat(increment("domainquota")).startsWith("F1\t");
        assertThat(postern.row(JOE).bytes()).isEqualTo(100 + 2 * 364);
    }

    /** What a root sets is the same from each of them. */
    @Test
    void aFigureMayBeSetAndReadByAnyName() {
        assertThat(increment("quota")).isEqualTo("O1\n");
        DictClientPeer clone =
                postern.connect().lines("H4\t0\t0\t\tquota_clone", "B1\t" + JOE, "S1\tpriv/quota/storage\t7", "C1");
        postern.flush();
        assertThat(clone.take()).isEqualTo("O1\n");
        assertThat(clone.lines("Lpriv/quota/storage\t" + JOE).take()).isEqualTo("O7\n");
    }

    private String increment(String dict) {
        DictClientPeer root = postern.connect()
                .lines(
                        "H4\t0\t0\t\t" + dict,
                        "B1\t" + JOE,
                        "A1\tpriv/quota/storage\t364",
                        "A1\tpriv/quota/messages\t1",
                        "C1");
        postern.flush();
        return root.take();
    }
}
