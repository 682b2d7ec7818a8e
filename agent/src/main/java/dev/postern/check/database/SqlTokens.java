package dev.postern.check.database;

import java.util.ArrayList;
import java.util.List;

/** A statement's words, quoted names and signs, one after the other. Reads any text to its end. */
final class SqlTokens {

    private static final String SIGNS = "(),.@;";
    private static final String QUOTES = "`'\"";

    private record Lexeme(String text, boolean isQuoted) {}

    private static final Lexeme END = new Lexeme("", false);

    private final List<Lexeme> tokens = new ArrayList<>();
    private int at;

    private SqlTokens() {}

    static SqlTokens of(String statement) {
        SqlTokens all = new SqlTokens();
        int i = 0;
        while (i < statement.length()) {
            i = all.add(statement, i);
        }
        return all;
    }

    /** Takes the token that begins there; returns where the next one begins. */
    private int add(String statement, int from) {
        char c = statement.charAt(from);
        if (Character.isWhitespace(c)) {
            return from + 1;
        }
        if (QUOTES.indexOf(c) >= 0) {
            return quoted(statement, from + 1, c);
        }
        int to = from + 1;
        while (SIGNS.indexOf(c) < 0 && to < statement.length() && isOfWord(statement.charAt(to))) {
            to++;
        }
        tokens.add(new Lexeme(statement.substring(from, to), false));
        return to;
    }

    private static boolean isOfWord(char c) {
        return !Character.isWhitespace(c) && SIGNS.indexOf(c) < 0 && QUOTES.indexOf(c) < 0;
    }

    /** The quote itself is written twice; what is never closed ends with the statement. */
    private int quoted(String statement, int from, char quote) {
        StringBuilder text = new StringBuilder();
        int i = from;
        while (i < statement.length()) {
            boolean twice = i + 1 < statement.length() && statement.charAt(i + 1) == quote;
            if (statement.charAt(i) == quote && !twice) {
                break;
            }
            i += statement.charAt(i) == quote ? 1 : 0;
            text.append(statement.charAt(i));
            i++;
        }
        tokens.add(new Lexeme(text.toString(), true));
        return i + 1;
    }

    private Lexeme peek() {
        return at < tokens.size() ? tokens.get(at) : END;
    }

    boolean isAtEnd() {
        return at >= tokens.size();
    }

    boolean isQuoted() {
        return peek().isQuoted();
    }

    /** The next one's text, without quotes; empty at the end. */
    String next() {
        String text = peek().text();
        at++;
        return text;
    }

    /** Whether the next one is that word or sign, in any case, unquoted. */
    private boolean is(String word) {
        return !peek().isQuoted() && peek().text().equalsIgnoreCase(word);
    }

    boolean isOneOf(String... words) {
        for (String word : words) {
            if (is(word)) {
                return true;
            }
        }
        return false;
    }

    boolean isFollowedBy(String word) {
        return at + 1 < tokens.size() && tokens.get(at + 1).text().equals(word);
    }

    /** Passes that word or sign if it is the next. */
    boolean skip(String word) {
        boolean there = !isAtEnd() && is(word);
        at += there ? 1 : 0;
        return there;
    }

    /** Whether these words stand further on, one behind the other. */
    boolean has(String... words) {
        for (int from = at; from + words.length <= tokens.size(); from++) {
            int same = 0;
            while (same < words.length
                    && !tokens.get(from + same).isQuoted()
                    && tokens.get(from + same).text().equalsIgnoreCase(words[same])) {
                same++;
            }
            if (same == words.length) {
                return true;
            }
        }
        return false;
    }
}
