package dev.postern.check.report;

import dev.postern.config.PrintableText;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * All findings, in the order in which they were made. All that one line fixes is one of them, where it was found first.
 */
public final class CheckReport {

    /** Something about the host that an administrator should know. Not a problem by itself. */
    public record Note(CheckName check, String text) {

        private static final int MAX_LENGTH = 300;

        public Note {
            text = PrintableText.of(text, MAX_LENGTH);
        }

        @Override
        public String toString() {
            return check.word() + ": " + text;
        }
    }

    private final List<Finding> findings = new ArrayList<>();
    private final List<SkippedCheck> unchecked = new ArrayList<>();
    private final List<Note> notes = new ArrayList<>();

    public void problem(CheckName check, String where, String problem, String mend) {
        Finding finding = new Finding(check, where, problem, mend);
        for (int i = 0; i < findings.size(); i++) {
            if (findings.get(i).fix().equals(finding.fix())) {
                findings.set(i, findings.get(i).and(finding));
                return;
            }
        }
        findings.add(finding);
    }

    /**
     * Makes one check; if it fails, that is a finding of its own, and the others are made.
     *
     * @return what it returns; {@code otherwise} when it fails
     */
    public <T> T attempt(CheckName check, T otherwise, Supplier<T> examination) {
        try {
            return examination.get();
        } catch (RuntimeException | StackOverflowError bug) {
            StackTraceElement[] stack = bug.getStackTrace();
            problem(
                    check,
                    "postern check",
                    "cannot finish what it checks of \"" + check.word() + "\", by a bug: " + bug
                            + (stack.length == 0 ? "" : " at " + stack[0]),
                    "report this line to the project; the other findings stand");
            return otherwise;
        }
    }

    /** The same without a result. */
    public void attempt(CheckName check, Runnable examination) {
        attempt(check, false, () -> {
            examination.run();
            return true;
        });
    }

    /** A note, not a problem by itself. */
    public void note(CheckName check, String text) {
        notes.add(new Note(check, text));
    }

    public List<Note> notes() {
        return List.copyOf(notes);
    }

    /** Something cannot be looked at here. */
    public void unchecked(CheckName check, String why) {
        unchecked.add(new SkippedCheck(check, why));
    }

    /** Whether one of these has found something. */
    public boolean has(Set<CheckName> checks) {
        return findings.stream().anyMatch(finding -> checks.contains(finding.check()));
    }

    public List<Finding> findings() {
        return List.copyOf(findings);
    }

    public List<SkippedCheck> unchecked() {
        return List.copyOf(unchecked);
    }
}
