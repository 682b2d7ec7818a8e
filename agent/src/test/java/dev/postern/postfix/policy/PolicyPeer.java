package dev.postern.postfix.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.postfix.lookup.Lookup;
import dev.postern.postfix.lookup.Turns;
import dev.postern.testing.HearingPeer;
import dev.postern.testing.ManualTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;

/** A Postfix at the other end of a session, without a socket between. */
public final class PolicyPeer {

    private static final String BEGIN = "action=";

    private final HearingPeer heard = new HearingPeer();
    private final PolicySession session;

    public PolicyPeer(Quota quota, Lookup<String> relay, ManualTime time) {
        Contexts contexts = new Contexts(quota, relay, time, new SimpleMeterRegistry());
        session = new PolicySession(heard, contexts, time, Turns.DEADLINE, () -> {
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
