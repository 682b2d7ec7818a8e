package dev.postern.postfix.lookup;

import dev.postern.model.LookupResult;
import java.util.Locale;

/** How a question ended, as the metrics tell it. */
public enum LookupOutcome {
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

    static LookupOutcome of(LookupResult answer) {
        if (answer instanceof LookupResult.Found) {
            return FOUND;
        }
        return answer instanceof LookupResult.Missing ? MISSING : TEMP;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
