package dev.postern.cli;

import java.util.Iterator;
import java.util.List;

/**
 * Words that a shell offers for an option or parameter; picocli makes each kind by its constructor without arguments.
 */
abstract class CompletionWords implements Iterable<String> {

    private final List<String> words;

    CompletionWords(String... words) {
        this.words = List.of(words);
    }

    @Override
    public final Iterator<String> iterator() {
        return words.iterator();
    }
}
