package dev.postern.postfix.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.model.LookupResult;
import dev.postern.testing.ManualTime;
import dev.postern.testing.SeededRandom;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QuotaPolicyTest {

    private static final LookupResult FULL = new LookupResult.Found("452 4.2.2 Mailbox is over quota");

    private final Map<String, Long> room = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final AcceptedRecipients recipients = new AcceptedRecipients(new ManualTime());
    private final QuotaPolicy policy = new QuotaPolicy(this::quota, recipients);

    @Test
    void whoIsRefusedIsNotRemembered() {
        room.put("full", 0L);
        assertThat(rcpt("m", "full")).isEqualTo(FULL);
        assertThat(rcpt("m", "other")).isEqualTo(LookupResult.MISSING);
        assertThat(recipients.take("m", "")).containsExactly("other");
    }

    @Test
    void theFirstMailboxWithRoomEndsTheSearch() {
        rcpt("m", "has room");
        rcpt("m", "second");
        asked.clear();
        assertThat(end("m", "", 2, 100)).isEqualTo(LookupResult.MISSING);
        assertThat(asked).containsExactly("has room");
    }

    @Test
    void oneThatCannotBeToldIsNoReasonToRefuse() {
        Promise<LookupResult> slow = Promise.promise();
        QuotaPolicy waiting = new QuotaPolicy(
                (recipient, size) -> recipient.equals("slow") ? slow.future() : Future.succeededFuture(FULL),
                recipients);
        recipients.note(request("m", "slow", 0, 0));
        recipients.note(request("m", "full", 0, 0));
        Future<LookupResult> answer = waiting.atEndOfMessage(request("m", "", 2, 100));
        assertThat(answer.isComplete()).isFalse();
        slow.complete(new LookupResult.TempFail("away"));
        assertThat(answer.result()).isInstanceOf(LookupResult.TempFail.class);
    }

    @Test
    void aRecipientThatIsToldNeedsNoMemory() {
        room.put("small", 10L);
        assertThat(end("never heard of", "small", 1, 11)).isEqualTo(FULL);
        assertThat(end("never heard of", "small", 1, 10)).isEqualTo(LookupResult.MISSING);
    }

    @Test
    void aBounceAndACalloutAreNeverRefused() {
        room.put("full", 0L);
        PolicyRequest bounce = new PolicyRequest("", "", "", true, "full", 1, 100, "m", "");
        assertThat(policy.atRcpt(bounce).result()).isEqualTo(LookupResult.MISSING);
        assertThat(policy.atEndOfMessage(bounce).result()).isEqualTo(LookupResult.MISSING);
        assertThat(asked).isEmpty();
    }

    /**
     * Refused only if every recipient of the message would overflow, and not a single other time: though the agent was
     * restarted in the middle of it, and other restrictions refused some behind ours.
     */
    @Test
    void neverRefusesAMessageThatFitsSomewhere() {
        Random random = SeededRandom.random();
        int refused = 0;
        for (int message = 0; message < 20_000; message++) {
            room.clear();
            asked.clear();
            String instance = "m" + message;
            Set<String> accepted = new LinkedHashSet<>();
            int commands = 0;
            int beforeRestart = random.nextInt(4) == 0 ? random.nextInt(3) : 0;
            int all = 1 + random.nextInt(5);
            for (int i = 0; i < all; i++) {
                String recipient = "r" + random.nextInt(4);
                if (random.nextInt(3) > 0) {
                    room.putIfAbsent(recipient, (long) random.nextInt(100));
                }
                boolean known = i >= beforeRestart;
                boolean passes = !known || !(rcpt(instance, recipient, commands > 0) instanceof LookupResult.Found);
                if (passes && random.nextInt(10) > 0) {
                    accepted.add(recipient);
                    commands++;
                }
            }
            long size = 1L + random.nextInt(120);
            String told = commands == 1 ? accepted.iterator().next() : "";
            if (commands > 0 && end(instance, told, commands, size) instanceof LookupResult.Found) {
                refused++;
                assertThat(accepted).allMatch(recipient -> room.containsKey(recipient) && size > room.get(recipient));
            }
        }
        assertThat(refused).isPositive();
    }

    private LookupResult rcpt(String instance, String recipient, boolean queued) {
        PolicyRequest request = new PolicyRequest("", "", "", false, recipient, 0, 0, instance, queued ? "4A21B" : "");
        return policy.atRcpt(request).result();
    }

    private LookupResult rcpt(String instance, String recipient) {
        return policy.atRcpt(request(instance, recipient, 0, 0)).result();
    }

    private LookupResult end(String instance, String recipient, int count, long size) {
        return policy.atEndOfMessage(request(instance, recipient, count, size)).result();
    }

    private static PolicyRequest request(String instance, String recipient, int count, long size) {
        return new PolicyRequest("", "", "", false, recipient, count, size, instance, "");
    }

    private Future<LookupResult> quota(String recipient, long size) {
        asked.add(recipient);
        Long left = room.get(recipient);
        return Future.succeededFuture(left != null && (left == 0 || size > left) ? FULL : LookupResult.MISSING);
    }
}
