package dev.postern.config;

import org.jspecify.annotations.Nullable;

/**
 * A problem for the administrator to fix.
 *
 * @param key {@code section.key}, the variable's name when the value came from the environment, or the file itself
 * @param value as it was written, printable and cut; null when there is none or when it may be a secret
 * @param why what is wrong with it
 * @param hint what to do about it
 */
public record ConfigProblem(String key, @Nullable String value, String why, String hint) {

    private static final int MAX_LENGTH = 80;

    /** A problem whose value may be shown, however hostile it is. */
    public static ConfigProblem of(String key, String value, String why, String hint) {
        return new ConfigProblem(key, printable(value), why, hint);
    }

    /** A problem without a value, or with one that must not be shown. */
    public static ConfigProblem of(String key, String why, String hint) {
        return new ConfigProblem(key, null, why, hint);
    }

    /** One line, whatever the value is made of. */
    @Override
    public String toString() {
        return key + ": " + (value == null ? "" : "\"" + value + "\" ") + why + "; " + hint;
    }

    /** Without what could end the line or steer a terminal. */
    static String printable(String text) {
        return PrintableText.of(text, MAX_LENGTH);
    }
}
