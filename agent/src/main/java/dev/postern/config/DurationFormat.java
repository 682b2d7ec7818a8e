package dev.postern.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Durations as administrators write them: whole numbers with units, the largest first, each unit at most once and
 * nothing between them: {@code 1h30m}, {@code 90s}, {@code 500ms}. A number without a unit is invalid, because it is
 * unclear what it means.
 */
final class DurationFormat {

    private static final Pattern GRAMMAR =
            Pattern.compile("(?=.)(?:(\\d++)d)?(?:(\\d++)h)?(?:(\\d++)m(?!s))?(?:(\\d++)s)?(?:(\\d++)ms)?");
    private static final long[] MILLIS = {86_400_000L, 3_600_000L, 60_000L, 1000L, 1L};

    /** In milliseconds, of each unit. */
    private static final long MAX_LENGTH = 1_000_000 * MILLIS[0];

    /** Of a {@code long}. */
    private static final int MAX_DIGITS = 18;

    private static final String[] UNITS = {"d", "h", "m", "s", "ms"};

    private DurationFormat() {}

    /** Null when the text is not a duration. One longer than any bound is taken for some thousands of years. */
    static @Nullable Duration parse(String text) {
        Matcher parts = GRAMMAR.matcher(text);
        if (!parts.matches()) {
            return null;
        }
        long millis = 0;
        for (int i = 0; i < MILLIS.length; i++) {
            String number = parts.group(i + 1);
            millis += number == null ? 0 : millis(number, MILLIS[i]);
        }
        return Duration.ofMillis(millis);
    }

    private static long millis(String number, long unit) {
        String digits = number.replaceFirst("^0+(?=.)", "");
        long count = digits.length() > MAX_DIGITS ? Long.MAX_VALUE : Long.parseLong(digits);
        return Math.min(count, MAX_LENGTH / unit) * unit;
    }

    static String format(Duration duration) {
        long rest = duration.toMillis();
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < MILLIS.length; i++) {
            if (rest >= MILLIS[i]) {
                out.append(rest / MILLIS[i]).append(UNITS[i]);
                rest %= MILLIS[i];
            }
        }
        return out.isEmpty() ? "0s" : out.toString();
    }
}
