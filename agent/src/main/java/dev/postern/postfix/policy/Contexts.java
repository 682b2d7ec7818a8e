package dev.postern.postfix.policy;

import dev.postern.model.Answer;
import dev.postern.postfix.lookup.Lookup;
import dev.postern.postfix.lookup.ServedLookup;
import dev.postern.postfix.lookup.Turns;
import dev.postern.postfix.lookup.Wording;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.time.InstantSource;

/** What is asked in which context, and who answers. Shared by all connections: Postfix has one for each context. */
final class Contexts {

    static final String QUOTA = "quota";
    static final String QUOTA_AT_END = "quota-eod";
    static final String RELAY = "pop-before-smtp";

    private static final String RCPT = "RCPT";
    private static final String END_OF_MESSAGE = "END-OF-MESSAGE";

    private final ServedLookup<PolicyRequest> atRcpt;
    private final ServedLookup<PolicyRequest> atEndOfMessage;
    private final ServedLookup<String> relay;
    private final ServedLookup<?> unknown;

    /**
     * Answers nothing by itself.
     *
     * @param relay whether this client may relay: found, or not
     */
    Contexts(Quota quota, Lookup<String> relay, InstantSource clock, MeterRegistry meters) {
        Recipients recipients = new Recipients(clock);
        Gauge.builder("postern.policy.recipients", recipients, Recipients::size)
                .strongReference(true)
                .register(meters);
        FunctionCounter.builder("postern.policy.recipients.forgotten", recipients, Recipients::forgotten)
                .register(meters);
        QuotaPolicy policy = new QuotaPolicy(quota, recipients);
        atRcpt = new ServedLookup<>("policy-quota", policy::atRcpt, meters);
        atEndOfMessage = new ServedLookup<>("policy-quota-eod", policy::atEndOfMessage, meters);
        this.relay = new ServedLookup<>("policy-pop-before-smtp", relay, meters);
        unknown = new ServedLookup<>("policy-unknown", none -> Future.succeededFuture(Answer.MISSING), meters);
    }

    /** Asks whom it concerns. What nobody has asked for has no effect. */
    void ask(PolicyRequest request, Turns turns) {
        String context = request.context();
        switch (request.state()) {
            case RCPT -> atRcpt(request, turns);
            case END_OF_MESSAGE ->
                askIf(context.equals(QUOTA_AT_END), atEndOfMessage, request, PolicyReply.QUOTA, turns);
            default -> turns.refuse(unknown, PolicyReply.DUNNO);
        }
    }

    private void atRcpt(PolicyRequest request, Turns turns) {
        if (request.context().equals(RELAY)) {
            turns.ask(relay, request.clientAddress(), PolicyReply.RELAY);
        } else {
            boolean quota = request.context().equals(QUOTA) || request.context().isEmpty();
            askIf(quota, atRcpt, request, PolicyReply.QUOTA, turns);
        }
    }

    private void askIf(
            boolean served, ServedLookup<PolicyRequest> lookup, PolicyRequest request, Wording wording, Turns turns) {
        if (served) {
            turns.ask(lookup, request, wording);
        } else {
            turns.refuse(unknown, PolicyReply.DUNNO);
        }
    }
}
