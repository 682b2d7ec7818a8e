package dev.postern.dovecot.quotawarning;

import java.util.List;

/**
 * What Dovecot wants run.
 *
 * @param arguments as the configuration has them
 * @param isAwaited whether an exit status is waited for
 */
record ScriptCall(List<String> arguments, boolean isAwaited) {

    /** What is said when a status is awaited: it has been done. */
    static final String SUCCESS = "+\n";

    String argument(int index) {
        return index < arguments.size() ? arguments.get(index) : "";
    }
}
