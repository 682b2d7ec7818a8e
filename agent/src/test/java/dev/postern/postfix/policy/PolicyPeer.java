package dev.postern.postfix.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.postfix.lookup.LookupHandler;
import dev.postern.postfix.lookup.LookupReplyQueue;
import dev.postern.testing.ManualTime;
import dev.postern.testing.RecordingPeer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;

/** A Postfix at the other end of a session, without a socket between. */
public final class PolicyPeer {

    private static final String BEGIN = "action=";

    private final RecordingPeer heard = new RecordingPeer();
    private final PolicySession session;

    public PolicyPeer(QuotaCheck quota, LookupHandler<String> relay, ManualTime time) {
        PolicyDispatcher dispatcher = new PolicyDispatcher(quota, relay, time, new SimpleMeterRegistry());
        session = new PolicySession(heard, dispatcher, time, LookupReplyQueue.DEADLINE, () -> {
            throw new AssertionError("dropped");
        });
    }

    /** Asks in this state and context; each of the attributes is {@code name=value}. */
    public PolicyPeer ask(String state, String context, String... attributes) {
        session.read(("request=smtpd_access_policy\nprotocol_state=" + state + "\npolicy_context=" + context + "\n"
                        + String.join("\n", attributes) + "\n\n")
                .getBytes(UTF_8));
        return this;
    }

    /** The actions of the replies since the last call. */
    public List<String> take() {
        List<String> actions = new ArrayList<>();
        for (String reply : heard.take().split("(?<=\n\n)", -1)) {
            if (!reply.isEmpty()) {
                if (!reply.startsWith(BEGIN) || !reply.endsWith("\n\n")) {
                    throw new AssertionError("no reply: " + reply);
                }
                actions.add(reply.substring(BEGIN.length(), reply.length() - 2));
            }
        }
        return actions;
    }
}
