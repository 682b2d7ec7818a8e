package dev.postern.config;

/** What became of a written value. */
sealed interface ParseResult<T> {

    record Valid<T>(T value) implements ParseResult<T> {}

    /** As in {@link ConfigProblem}: what is wrong, and what to do about it. */
    record Invalid<T>(String why, String hint) implements ParseResult<T> {}

    static <T> ParseResult<T> valid(T value) {
        return new Valid<>(value);
    }

    static <T> ParseResult<T> invalid(String why, String hint) {
        return new Invalid<>(why, hint);
    }
}
