package dev.postern.config;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the file and the environment have set, still in their words; what cannot be put anywhere is a problem. */
final class RawValues {

    /**
     * A value as it was written.
     *
     * @param name where: the key, or the variable
     */
    record RawValue(List<String> words, ValueOrigin origin, String name) {}

    private final Map<ConfigKey<?>, RawValue> entries = new LinkedHashMap<>();
    private final Set<ConfigKey<?>> misfits = new LinkedHashSet<>();
    private final Set<String> sections = new LinkedHashSet<>();
    private final List<ConfigProblem> problems;

    RawValues(List<ConfigProblem> problems) {
        this.problems = problems;
    }

    void report(ConfigProblem problem) {
        problems.add(problem);
    }

    void present(String section) {
        sections.add(section);
    }

    boolean isPresent(String section) {
        return sections.contains(section);
    }

    void set(ConfigKey<?> key, RawValue entry) {
        entries.put(key, entry);
        misfits.remove(key);
    }

    /** Set, but to nothing that could be read; the problem has been reported. */
    void misfit(ConfigKey<?> key) {
        misfits.add(key);
    }

    boolean isMisfit(ConfigKey<?> key) {
        return misfits.contains(key);
    }

    void unset(ConfigKey<?> key) {
        entries.remove(key);
    }

    @Nullable
    RawValue find(ConfigKey<?> key) {
        return entries.get(key);
    }
}
