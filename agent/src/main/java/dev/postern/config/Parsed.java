package dev.postern.config;

/** What became of a written value. */
sealed interface Parsed<T> {

    record Valid<T>(T value) implements Parsed<T> {}

    /** As in {@link ConfigProblem}: what is wrong, and what to do about it. */
    record Invalid<T>(String why, String hint) implements Parsed<T> {}

    static <T> Parsed<T> valid(T value) {
        return new Valid<>(value);
    }

    static <T> Parsed<T> invalid(String why, String hint) {
        return new Invalid<>(why, hint);
    }
}
