package dev.postern.tokens;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a token is good for. */
public enum TokenRole {
    /** To look. */
    READ,
    /** To look and to change. */
    WRITE;

    public static @Nullable TokenRole parse(String word) {
        for (TokenRole role : values()) {
            if (role.word().equals(word)) {
                return role;
            }
        }
        return null;
    }

    /** As the file has it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
