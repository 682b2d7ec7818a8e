package dev.postern.postfix.policy;

import dev.postern.model.LookupResult;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Quota by the size of the message, which is declared at RCPT and known at its end. */
final class QuotaPolicy {

    private final QuotaCheck quota;
    private final AcceptedRecipients recipients;

    QuotaPolicy(QuotaCheck quota, AcceptedRecipients recipients) {
        this.quota = quota;
        this.recipients = recipients;
    }

    /**
     * Does the declared size fit? Recipients that are not refused are remembered.
     *
     * <p>The null sender is never refused: a server that gets mail from a full mailbox probes so whether its address is
     * there ({@code reject_unverified_sender}), and would refuse his mail. What does not fit is left to Dovecot.
     */
    Future<LookupResult> atRcpt(PolicyRequest request) {
        if (request.nullSender()) {
            return Future.succeededFuture(LookupResult.MISSING);
        }
        return quota.answer(request.recipient(), request.size()).onSuccess(answer -> {
            if (!(answer instanceof LookupResult.Found)) {
                recipients.note(request);
            }
        });
    }

    /**
     * Is there room for it in any of the mailboxes? A refusal is for all recipients, which would all get the message
     * late: so it is refused when it fits nowhere, and only when the recipients are known.
     */
    Future<LookupResult> atEndOfMessage(PolicyRequest request) {
        Set<String> remembered = recipients.take(request.instance(), request.queueId());
        if (request.nullSender()) {
            return Future.succeededFuture(LookupResult.MISSING);
        }
        if (!request.recipient().isEmpty()) {
            return quota.answer(request.recipient(), request.size());
        }
        // A recipient refused by a later restriction may be remembered too: all have to be full, then those that are
        // left are.
        boolean all = !remembered.isEmpty() && remembered.size() >= request.recipientCount();
        return all ? fitsNowhere(remembered, request.size()) : Future.succeededFuture(LookupResult.MISSING);
    }

    private Future<LookupResult> fitsNowhere(Collection<String> all, long size) {
        List<Future<LookupResult>> answers = new ArrayList<>(all.size());
        for (String recipient : all) {
            Future<LookupResult> answer = quota.answer(recipient, size);
            if (answer.succeeded() && !(answer.result() instanceof LookupResult.Found)) {
                return answer;
            }
            answers.add(answer);
        }
        return Future.all(answers).map(told -> worst(answers));
    }

    private static LookupResult worst(List<Future<LookupResult>> answers) {
        LookupResult last = LookupResult.MISSING;
        for (Future<LookupResult> answer : answers) {
            last = answer.result();
            if (!(last instanceof LookupResult.Found)) {
                return last;
            }
        }
        return last;
    }
}
