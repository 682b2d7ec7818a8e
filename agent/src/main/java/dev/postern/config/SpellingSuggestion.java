package dev.postern.config;

import java.util.Collection;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * What was probably meant: the known word with the fewest letters changed, added, left out or swapped, or the one of
 * which only the beginning was written.
 */
final class SpellingSuggestion {

    private static final int MAX_DISTANCE = 2;
    private static final int MAX_LENGTH = 40;

    private SpellingSuggestion() {}

    /** Null when nothing known is near. */
    static @Nullable String of(String word, Collection<String> known) {
        if (word.length() > MAX_LENGTH) {
            return null;
        }
        return known.stream()
                .filter(candidate -> isNear(word, candidate))
                .min(Comparator.comparingInt(candidate -> distance(word, candidate)))
                .orElse(null);
    }

    private static boolean isNear(String word, String candidate) {
        int allowed = Math.max(1, Math.min(MAX_DISTANCE, candidate.length() / 3));
        return candidate.startsWith(word + "_") || distance(word, candidate) <= allowed;
    }

    /** Damerau and Levenshtein's, neighbours swapped counting as one change. */
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int cheapest(int[][] cost, String a, String b, int i, int j) {
        int change = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(change, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }
}
