package dev.postern.postfix.policy;

import dev.postern.model.LookupResult;
import dev.postern.postfix.lookup.LookupHandler;
import dev.postern.postfix.lookup.LookupReplyQueue;
import dev.postern.postfix.lookup.MeteredLookup;
import dev.postern.postfix.lookup.ReplyFormat;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.time.InstantSource;

/** Maps each policy context to its handler. Shared by all connections: Postfix has one for each context. */
final class PolicyDispatcher {

    static final String QUOTA = "quota";
    static final String QUOTA_AT_END = "quota-eod";
    static final String RELAY = "pop-before-smtp";

    private static final String RCPT = "RCPT";
    private static final String END_OF_MESSAGE = "END-OF-MESSAGE";

    private final MeteredLookup<PolicyRequest> atRcpt;
    private final MeteredLookup<PolicyRequest> atEndOfMessage;
    private final MeteredLookup<String> relay;
    private final MeteredLookup<?> unknown;

    /**
     * Answers nothing by itself.
     *
     * @param relay whether this client may relay: found, or not
     */
    PolicyDispatcher(QuotaCheck quota, LookupHandler<String> relay, InstantSource clock, MeterRegistry meters) {
        AcceptedRecipients recipients = new AcceptedRecipients(clock);
        Gauge.builder("postern.policy.recipients", recipients, AcceptedRecipients::size)
                .strongReference(true)
                .register(meters);
        FunctionCounter.builder("postern.policy.recipients.forgotten", recipients, AcceptedRecipients::forgotten)
                .register(meters);
        QuotaPolicy policy = new QuotaPolicy(quota, recipients);
        atRcpt = new MeteredLookup<>("policy-quota", policy::atRcpt, meters);
        atEndOfMessage = new MeteredLookup<>("policy-quota-eod", policy::atEndOfMessage, meters);
        this.relay = new MeteredLookup<>("policy-pop-before-smtp", relay, meters);
        unknown = new MeteredLookup<>("policy-unknown", none -> Future.succeededFuture(LookupResult.MISSING), meters);
    }

    /** Calls the handler of the context. A context without a handler has no effect. */
    void ask(PolicyRequest request, LookupReplyQueue replies) {
        String context = request.context();
        switch (request.state()) {
            case RCPT -> atRcpt(request, replies);
            case END_OF_MESSAGE ->
                askIf(context.equals(QUOTA_AT_END), atEndOfMessage, request, PolicyReply.QUOTA, replies);
            default -> replies.refuse(unknown, PolicyReply.DUNNO);
        }
    }

    private void atRcpt(PolicyRequest request, LookupReplyQueue replies) {
        if (request.context().equals(RELAY)) {
            replies.ask(relay, request.clientAddress(), PolicyReply.RELAY);
        } else {
            boolean quota = request.context().equals(QUOTA) || request.context().isEmpty();
            askIf(quota, atRcpt, request, PolicyReply.QUOTA, replies);
        }
    }

    private void askIf(
            boolean served,
            MeteredLookup<PolicyRequest> lookup,
            PolicyRequest request,
            ReplyFormat wording,
            LookupReplyQueue replies) {
        if (served) {
            replies.ask(lookup, request, wording);
        } else {
            replies.refuse(unknown, PolicyReply.DUNNO);
        }
    }
}
