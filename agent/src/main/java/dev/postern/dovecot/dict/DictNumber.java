package dev.postern.dovecot.dict;

import org.jspecify.annotations.Nullable;

/** Numbers as Dovecot writes them. */
final class DictNumber {

    private DictNumber() {}

    /** A whole number of 64 bits, with a minus before it or not; null for any other text. */
    static @Nullable Long parse(String text) {
        if (text.isEmpty() || text.length() > 20 || text.charAt(0) == '+') {
            return null;
        }
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException none) {
            return null;
        }
    }
}
