package dev.postern.database;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What has happened, a line for each step. It is formatted only when it is printed. */
final class StepTrace {

    private final List<Object[]> steps = new ArrayList<>();

    void note(Object... parts) {
        steps.add(parts);
    }

    /** The last of it. */
    String last(int lines) {
        return steps.stream()
                .skip(Math.max(0, steps.size() - lines))
                .map(parts -> Stream.of(parts).map(String::valueOf).collect(Collectors.joining(" ")))
                .collect(Collectors.joining("\n"));
    }
}
