package dev.postern.config;

/** What became of a written value. */
sealed interface Parsed<T> {

    record Good<T>(T value) implements Parsed<T> {}

    /** As in {@link ConfigProblem}: what is wrong, and what to do about it. */
    record Bad<T>(String why, String hint) implements Parsed<T> {}

    static <T> Parsed<T> good(T value) {
        return new Good<>(value);
    }

    static <T> Parsed<T> bad(String why, String hint) {
        return new Bad<>(why, hint);
    }
}
