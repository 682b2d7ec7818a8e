package dev.postern.check.report;

import dev.postern.config.Printable;

/** What could not be looked at, and why. No problem by itself. */
public record Unchecked(Check check, String why) {

    private static final int LONGEST = 300;

    public Unchecked {
        why = Printable.of(why, LONGEST);
    }

    @Override
    public String toString() {
        return check.word() + " not checked: " + why;
    }
}
