package dev.postern.postfix.lookup;

import dev.postern.model.Answer;
import java.util.Locale;

/** How a question ended, as the metrics tell it. */
public enum Outcome {
    FOUND,
    MISSING,
    /** The lookup said that it cannot tell. */
    TEMP,
    /** The lookup said nothing in time. */
    TIMEOUT,
    /** The lookup failed, which it never should. */
    ERROR,
    /** It was no question that anybody here answers. */
    REFUSED;

    static Outcome of(Answer answer) {
        if (answer instanceof Answer.Found) {
            return FOUND;
        }
        return answer instanceof Answer.Missing ? MISSING : TEMP;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
