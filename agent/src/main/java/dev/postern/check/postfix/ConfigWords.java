package dev.postern.check.postfix;

import java.util.ArrayList;
import java.util.List;

/**
 * A parameter's value in words, as Postfix splits it: at blanks and commas, but not within braces; one that closes
 * nothing is a character like any other ({@code util/mystrtok.c}: {@code mystrtokq}).
 */
final class ConfigWords {

    private static final String SEPARATORS = ", \t\r\n";

    private ConfigWords() {}

    static List<String> of(String value) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            depth = Math.max(0, depth + (c == '{' ? 1 : c == '}' ? -1 : 0));
            if (depth == 0 && SEPARATORS.indexOf(c) >= 0) {
                add(words, word);
            } else {
                word.append(c);
            }
        }
        add(words, word);
        return words;
    }

    private static void add(List<String> words, StringBuilder word) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    /** What is within the braces around a word; the word itself when there are none. */
    static String inside(String word) {
        return word.length() > 1 && word.startsWith("{") && word.endsWith("}")
                ? word.substring(1, word.length() - 1).strip()
                : word;
    }
}
