package dev.postern.postfix.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.ManualTime;
import dev.postern.testing.SeededRandom;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AcceptedRecipientsTest {

    private final ManualTime time = new ManualTime();
    private final AcceptedRecipients recipients = new AcceptedRecipients(time);

    @Test
    void remembersEachMessagesOwnOnce() {
        note("a", "x@example.org");
        note("b", "y@example.org");
        note("a", "z@example.org");
        note("a", "x@example.org");
        assertThat(recipients.size()).isEqualTo(3);
        assertThat(take("a")).containsExactly("x@example.org", "z@example.org");
        assertThat(take("a")).isEmpty();
        assertThat(take("b")).containsExactly("y@example.org");
        assertThat(recipients.size()).isZero();
    }

    @Test
    void forgetsWhatTakesTooLong() {
        note("a", "x@example.org");
        time.advance(AcceptedRecipients.EXPIRY.minusSeconds(1));
        note("b", "x@example.org");
        note("a", "y@example.org");
        time.advance(Duration.ofSeconds(2));
        note("c", "x@example.org");
        assertThat(take("a")).hasSize(2);
        time.advance(AcceptedRecipients.EXPIRY);
        note("d", "x@example.org");
        assertThat(recipients.size()).isEqualTo(1);
        assertThat(take("b")).isEmpty();
    }

    @Test
    void forgetsTheMessageThatHasWaitedLongestWhenThereIsNoRoom() {
        note("oldest", "x@example.org");
        for (int i = 0; i < AcceptedRecipients.MAX_RECIPIENTS; i++) {
            note("m" + i, "x@example.org");
        }
        assertThat(recipients.size()).isEqualTo(AcceptedRecipients.MAX_RECIPIENTS);
        assertThat(recipients.forgotten()).isEqualTo(1);
        assertThat(take("oldest")).isEmpty();
        assertThat(take("m0")).hasSize(1);
    }

    @Test
    void aMessageWithMoreRecipientsThanPostfixAllowsIsNotRememberedWhole() {
        for (int i = 0; i <= AcceptedRecipients.MAX_OF_ONE; i++) {
            note("a", "x" + i + "@example.org");
        }
        assertThat(recipients.forgotten()).isEqualTo(1);
        assertThat(recipients.size()).isEqualTo(AcceptedRecipients.MAX_OF_ONE);
        assertThat(take("a")).isEmpty();
        assertThat(recipients.size()).isZero();
    }

    @Test
    void whatNoMailboxIsCalledAndWhatBelongsToNoMessageIsNotRemembered() {
        note("", "x@example.org");
        note("i".repeat(101), "x@example.org");
        note("a", "x".repeat(321));
        assertThat(recipients.size()).isZero();
        note("a", "x@example.org");
        assertThat(take("a")).isEmpty();
    }

    @Test
    void messagesWithoutARecipientThatIsKeptAreBoundedToo() {
        for (int i = 0; i < 2 * AcceptedRecipients.MAX_RECIPIENTS; i++) {
            note("m" + i, "x".repeat(1000));
        }
        assertThat(recipients.messages()).isLessThanOrEqualTo(AcceptedRecipients.MAX_RECIPIENTS);
        assertThat(recipients.size()).isZero();
    }

    @Test
    void aMessageWhoseFirstRecipientsAreNotKnownIsNotKnown() {
        recipients.note(request("a", "x@example.org", "4A21B"));
        assertThat(take("a")).isEmpty();
        note("b", "x@example.org");
        recipients.note(request("b", "y@example.org", "4A21C"));
        assertThat(take("b")).hasSize(2);
    }

    @Test
    void staysWithinItsBoundWhateverComes() {
        Random random = SeededRandom.random();
        for (int i = 0; i < 200_000; i++) {
            String instance = "m" + random.nextInt(30_000);
            if (random.nextInt(10) == 0) {
                take(instance);
            } else {
                note(instance, "x" + random.nextInt(50) + "@example.org");
            }
            if (random.nextInt(1000) == 0) {
                time.advance(Duration.ofSeconds(random.nextInt(300) - 20));
            }
            assertThat(recipients.size()).isBetween(0, AcceptedRecipients.MAX_RECIPIENTS);
        }
        time.advance(AcceptedRecipients.EXPIRY.multipliedBy(2));
        note("last", "x@example.org");
        assertThat(recipients.size()).isEqualTo(1);
    }

    /** Until a recipient is accepted there is no queue file: whoever was asked about before has been refused. */
    @Test
    void whoWasRefusedByALaterRestrictionIsNotOneOfThem() {
        note("a", "refused@example.org");
        note("a", "refused-too@example.org");
        note("a", "x@example.org");
        recipients.note(request("a", "y@example.org", "4A21B"));
        assertThat(recipients.take("a", "4A21B")).containsExactly("x@example.org", "y@example.org");
        assertThat(recipients.size()).isZero();
    }

    @Test
    void whoIsAcceptedAtTheSecondTryIsOneOfThem() {
        note("a", "x@example.org");
        note("a", "y@example.org");
        recipients.note(request("a", "x@example.org", "4A21B"));
        assertThat(recipients.take("a", "4A21B")).containsExactly("x@example.org", "y@example.org");
    }

    /** With {@code smtpd_proxy_filter}. */
    @Test
    void withoutAQueueFileAllAreRemembered() {
        note("a", "x@example.org");
        note("a", "y@example.org");
        assertThat(take("a")).containsExactly("x@example.org", "y@example.org");
    }

    private Set<String> take(String instance) {
        return recipients.take(instance, "");
    }

    private void note(String instance, String recipient) {
        recipients.note(request(instance, recipient, ""));
    }

    private static PolicyRequest request(String instance, String recipient, String queueId) {
        return new PolicyRequest("", "", "", false, recipient, 0, 0, instance, queueId);
    }
}
