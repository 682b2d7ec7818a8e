package dev.postern.postfix.lookup;

import dev.postern.model.LookupResult;
import java.util.Locale;

/** How a request ended, as the metrics count it. */
public enum LookupOutcome {
    FOUND,
    MISSING,
    /** The lookup failed temporarily. */
    TEMP,
    /** The lookup did not complete in time. */
    TIMEOUT,
    /** The lookup failed, which it never should. */
    ERROR,
    /** The request names no map or context that exists. */
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
