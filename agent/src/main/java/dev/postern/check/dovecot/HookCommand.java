package dev.postern.check.dovecot;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One of our scripts in a service's {@code executable}.
 *
 * @param wrapper the program that Dovecot starts, by its last name
 * @param script the script's path
 * @param environment what {@code env} sets for it
 */
record HookCommand(String wrapper, Path script, Map<String, String> environment) {

    private static final Set<String> NAMES = Set.of(
            "imap-postlogin", "pop3-postlogin", "submission-postlogin", "managesieve-postlogin", "quota-warning");

    /** The defaults at the top of the scripts. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "POSTERN_EVENTS_SOCKET", "/run/postern/events.sock",
            "POSTERN_SPOOL", "/var/spool/postern",
            "POSTERN_VIA", "socket");

    /** Null when it has none of ours. */
    static @Nullable HookCommand of(String executable) {
        List<String> words = words(executable);
        Map<String, String> environment = new LinkedHashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (word.startsWith("POSTERN_") && equals > 0) {
                environment.put(word.substring(0, equals), word.substring(equals + 1));
            } else if (word.startsWith("/") && word.indexOf('\0') < 0 && NAMES.contains(lastName(word))) {
                return new HookCommand(lastName(words.get(0)), Path.of(word), environment);
            }
        }
        return null;
    }

    static List<String> words(String executable) {
        return List.of(executable.strip().split("\\s+", -1));
    }

    static String lastName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    String name() {
        return lastName(script.toString());
    }

    /** What holds for the script. */
    String setting(String variable) {
        return environment.getOrDefault(variable, DEFAULTS.getOrDefault(variable, ""));
    }
}
