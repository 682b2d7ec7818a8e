package dev.postern.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a login replaces the one that is known: {@code lastip} and {@code lasttime} never go back, in whatever order
 * logins are reported. The statement that writes them ({@code database.WriteSql}) has the same condition in SQL.
 */
public final class LastLoginRule {

    private LastLoginRule() {}

    /**
     * Whether a login at this time is not older than the one known; of two at the same time the later report counts.
     */
    public static boolean replaces(Instant time, @Nullable Instant known) {
        return known == null || !time.isBefore(known);
    }
}
