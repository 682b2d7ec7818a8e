package dev.postern.check.postfix;

import java.util.ArrayList;
import java.util.List;

/** A parameter's value in words, as Postfix splits it: at blanks and commas, but not within braces. */
final class ConfigWords {

    private ConfigWords() {}

    static List<String> of(String value) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth <= 0 && (Character.isWhitespace(c) || c == ',')) {
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
        return word.startsWith("{") && word.endsWith("}")
                ? word.substring(1, word.length() - 1).strip()
                : word;
    }
}
