package dev.postern.quota;

import static dev.postern.mailbox.FakeMailboxSource.mailbox;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailbox.FakeMailboxSource;
import dev.postern.mailbox.MailboxView;
import dev.postern.model.RecipientDelimiter;
import dev.postern.pending.PendingChanges;
import dev.postern.postfix.policy.PolicyPeer;
import dev.postern.postfix.socketmap.SocketmapPeer;
import dev.postern.testing.ManualTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever form Postfix has a recipient in, both protocols find the mailbox that its mail ends in, and no other. */
class RecipientFormsTest {

    private static final String REFUSAL = "452 4.2.2 Mailbox is over quota";

    private final ManualTime time = new ManualTime();
    private final FakeMailboxSource source = new FakeMailboxSource();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final QuotaLookup quota = new QuotaLookup(
            new MailboxView(
                    new PendingChanges(10, 512, 1, time), source, 100, Duration.ofSeconds(20), time, time, meters),
            new SubscriptionCache(source, 100, Duration.ofSeconds(20), time, time, meters),
            new RecipientDelimiter("+"),
            REFUSAL);
    private final PolicyPeer policy = new PolicyPeer(quota::answer, key -> Future.failedFuture("not asked"), time);
    private final SocketmapPeer socketmap = new SocketmapPeer(Map.of("quota", quota::answer), time);

    @BeforeEach
    void fill() {
        source.put(mailbox("full@example.com", 100, 100));
        source.put(mailbox("a b@example.com", 100, 100));
        source.put(mailbox("room@example.com", 50, 100));
        source.subscribe("list@example.com", "full@example.com");
        source.subscribe("both@example.com", "full@example.com", "room@example.com");
        source.subscribe("away@example.com", "full@example.com", "friend@elsewhere.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "full@example.com",
                "Full+x@EXAMPLE.com",
                "full@example.com.",
                "full%example.com@lab.example.net",
                "full%example.com@[127.0.0.1]",
                "example.com!full@lab.example.net",
                "full@example.com@lab.example.net",
                "\"full\"@example.com",
                "\"a b\"@example.com",
                "a b@example.com",
                "list@example.com",
                "List+x@EXAMPLE.com.",
                "list%example.com@lab.example.net"
            })
    void endsInAFullMailbox(String recipient) {
        assertThat(asked(recipient, 0)).isEqualTo(REFUSAL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "full@[127.0.0.1]",
                "full",
                "postmaster",
                "",
                "@example.com",
                "example.com",
                "room@example.com",
                "both@example.com",
                "away@example.com",
                "nobody@example.com",
                "full@elsewhere.example"
            })
    void endsElsewhere(String recipient) {
        assertThat(asked(recipient, 0)).isNull();
    }

    @Test
    void theDeclaredSizeCountsThroughAliasesToo() {
        assertThat(asked("room+x@EXAMPLE.com", 50)).isNull();
        assertThat(asked("room+x@EXAMPLE.com", 51)).isEqualTo(REFUSAL);
        assertThat(asked("both@example.com", 50)).isNull();
        assertThat(asked("both@example.com", 51)).isEqualTo(REFUSAL);
        assertThat(asked("away@example.com", 51)).isNull();
    }

    @Test
    void theRealSizeIsRefusedWhenItFitsIntoNoRecipientsMailbox() {
        policy.ask("RCPT", "quota", "sender=s@x.example", "recipient=room@example.com", "queue_id=", "instance=1")
                .ask("RCPT", "quota", "sender=s@x.example", "recipient=both@example.com", "queue_id=4A", "instance=1")
                .ask("END-OF-MESSAGE", "quota-eod", "recipient_count=2", "size=51", "queue_id=4A", "instance=1");
        assertThat(policy.take()).containsExactly("DUNNO", "DUNNO", REFUSAL);
        policy.ask("RCPT", "quota", "recipient=room@example.com", "queue_id=", "instance=2")
                .ask("RCPT", "quota", "recipient=away@example.com", "queue_id=4B", "instance=2")
                .ask("END-OF-MESSAGE", "quota-eod", "recipient_count=2", "size=51", "queue_id=4B", "instance=2");
        assertThat(policy.take()).containsExactly("DUNNO", "DUNNO", "DUNNO");
    }

    @Test
    void theNullSenderIsNotRefused() {
        policy.ask("RCPT", "quota", "sender=", "recipient=full@example.com", "instance=1")
                .ask("RCPT", "", "sender=", "recipient=full@example.com", "instance=1")
                .ask("END-OF-MESSAGE", "quota-eod", "sender=", "recipient=full@example.com", "size=1", "instance=1");
        assertThat(policy.take()).containsExactly("DUNNO", "DUNNO", "DUNNO");
    }

    /** The refusal, or null; the policy service with and without a context, and the map when the size is not known. */
    private String asked(String recipient, long size) {
        String[] attributes = {
            "sender=s@elsewhere.example", "recipient=" + recipient, "size=" + size, "instance=" + size
        };
        policy.ask("RCPT", "quota", attributes).ask("RCPT", "", attributes).ask("MAIL", "quota", attributes);
        var actions = policy.take();
        assertThat(actions).hasSize(3).element(2).isEqualTo("DUNNO");
        assertThat(actions.get(1)).isEqualTo(actions.get(0));
        String refusal = actions.get(0).equals("DUNNO") ? null : actions.get(0);
        if (size == 0) {
            socketmap.ask("quota", recipient);
            assertThat(socketmap.take()).containsExactly(refusal == null ? "NOTFOUND " : "OK " + refusal);
        }
        return refusal;
    }
}
