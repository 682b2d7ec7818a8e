package dev.postern.postfix.policy;

import dev.postern.model.LookupResult;
import dev.postern.postfix.lookup.ReplyFormat;
import java.util.regex.Pattern;

/** Actions, as access(5) knows them, in their frame. */
final class PolicyReply {

    /** No opinion: the restrictions behind this one decide. */
    static final String DUNNO = reply("DUNNO");

    static final String PERMIT = reply("permit");

    /** A refusal with the value that was found; it does not hurt to have no opinion about quota. */
    static final ReplyFormat QUOTA = new PolicyReplyFormat() {
        @Override
        String found(String value) {
            return REFUSAL.matcher(value).matches() ? reply(value) : DUNNO;
        }
    };

    /** What was found does not matter, that it was does. */
    static final ReplyFormat RELAY = new PolicyReplyFormat() {
        @Override
        String found(String value) {
            return PERMIT;
        }
    };

    /** With text behind the code: Postfix takes digits alone for "permit". */
    private static final Pattern REFUSAL = Pattern.compile("[45]\\d\\d [ -~]*[A-Za-z][ -~]*");

    private PolicyReply() {}

    private static String reply(String action) {
        return "action=" + action + "\n\n";
    }

    /** {@code DUNNO}, unless something was found. */
    private abstract static class PolicyReplyFormat implements ReplyFormat {

        abstract String found(String value);

        @Override
        public String of(LookupResult answer) {
            return answer instanceof LookupResult.Found found ? found(found.value()) : DUNNO;
        }

        @Override
        public String timedOut() {
            return DUNNO;
        }

        @Override
        public String failed() {
            return DUNNO;
        }
    }
}
