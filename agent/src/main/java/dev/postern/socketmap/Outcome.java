package dev.postern.socketmap;

import dev.postern.core.Answer;
import java.util.Locale;

/** How a request ended, as the metrics tell it. */
enum Outcome {
    FOUND,
    MISSING,
    /** The lookup said that it cannot tell. */
    TEMP,
    /** The lookup said nothing in time. */
    TIMEOUT,
    /** The lookup failed, which it never should. */
    ERROR,
    /** No such map, or no key. */
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
