package dev.postern.check.dovecot;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code doveconf} prints: values and, within braces, blocks, each by the words before the brace. Blocks of one
 * name are one.
 */
final class DoveconfOutput {

    private static final int MAX_DEPTH = 20;

    /** 2.3 has several of these, one to be tried after the other; numbers stand for names. */
    private static final Set<String> NAMELESS = Set.of("passdb", "userdb");

    private final Map<String, String> values = new LinkedHashMap<>();
    private final Map<String, DoveconfOutput> blocks = new LinkedHashMap<>();

    /** Reads it; lines that are neither are skipped. */
    static DoveconfOutput parse(String doveconf) {
        DoveconfOutput root = new DoveconfOutput();
        Deque<DoveconfOutput> open = new ArrayDeque<>();
        open.push(root);
        doveconf.lines()
                .map(String::strip)
                .filter(line -> !line.startsWith("#"))
                .forEach(line -> {
                    if (line.equals("}") && open.size() > 1) {
                        open.pop();
                    } else if (line.endsWith("{") && open.size() < MAX_DEPTH) {
                        open.push(open.element()
                                .open(line.substring(0, line.length() - 1).strip()));
                    } else {
                        open.element().put(line);
                    }
                });
        return root;
    }

    private DoveconfOutput open(String name) {
        String own = NAMELESS.contains(name) ? name + " " + blocks.size() : name;
        return blocks.computeIfAbsent(own, fresh -> new DoveconfOutput());
    }

    private void put(String line) {
        int equals = line.indexOf('=');
        if (equals > 0) {
            values.put(
                    line.substring(0, equals).strip(),
                    unquoted(line.substring(equals + 1).strip()));
        }
    }

    private static String unquoted(String value) {
        return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1")
                : value;
    }

    /** Empty when it is not set. */
    String value(String name) {
        return values.getOrDefault(name, "");
    }

    Map<String, String> values() {
        return values;
    }

    /** An empty one when it is not there. */
    DoveconfOutput block(String name) {
        return blocks.getOrDefault(name, new DoveconfOutput());
    }

    boolean has(String block) {
        return blocks.containsKey(block);
    }

    /** Those whose name begins like this, by what follows. */
    Map<String, DoveconfOutput> blocks(String kind) {
        Map<String, DoveconfOutput> found = new LinkedHashMap<>();
        blocks.forEach((name, block) -> {
            if (name.startsWith(kind + " ")) {
                found.put(unquoted(name.substring(kind.length() + 1)), block);
            }
        });
        return found;
    }

    /** This one and all within it. */
    Stream<DoveconfOutput> all() {
        return Stream.concat(Stream.of(this), blocks.values().stream().flatMap(DoveconfOutput::all));
    }

    /**
     * Words that are switched on: 2.3 writes them in a row, 2.4 as a block of words and {@code yes} or {@code no}.
     *
     * @param inherited what 2.4 adds them to; null = nothing
     */
    Set<String> list(String name, @Nullable DoveconfOutput inherited) {
        Set<String> words = new LinkedHashSet<>();
        if (!has(name) && values.containsKey(name)) {
            words.addAll(List.of(value(name).strip().split("\\s+", -1)));
            return words;
        }
        if (inherited != null) {
            words.addAll(inherited.list(name, null));
        }
        block(name).values().forEach((word, on) -> {
            if (on.equals("yes")) {
                words.add(word);
            } else {
                words.remove(word);
            }
        });
        return words;
    }
}
