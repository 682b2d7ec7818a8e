package dev.postern.dovecot.quotawarning;

import java.util.List;

/**
 * What Dovecot wants run.
 *
 * @param arguments as the configuration has them
 * @param isAwaited whether an exit status is waited for
 */
record ScriptCall(List<String> arguments, boolean isAwaited) {

    /** The reply when a status is awaited: success. */
    static final String SUCCESS = "+\n";

    /**
     * The user of a call whose other arguments are these many before and after it: Dovecot splits a name at its blanks.
     */
    String user(int before, int after) {
        int end = Math.max(arguments.size() - after, Math.min(before + 1, arguments.size()));
        return before < end ? String.join(" ", arguments.subList(before, end)) : "";
    }

    /** What follows the user, whose name begins at this argument. */
    String flag(int user) {
        return arguments.size() > user + 1 ? arguments.get(arguments.size() - 1) : "";
    }

    String argument(int index) {
        return index < arguments.size() ? arguments.get(index) : "";
    }
}
