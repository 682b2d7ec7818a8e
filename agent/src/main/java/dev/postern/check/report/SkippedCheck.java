package dev.postern.check.report;

import dev.postern.config.PrintableText;

/** What could not be looked at, and why. No problem by itself. */
public record SkippedCheck(CheckName check, String why) {

    private static final int MAX_LENGTH = 300;

    public SkippedCheck {
        why = PrintableText.of(why, MAX_LENGTH);
    }

    @Override
    public String toString() {
        return check.word() + " not checked: " + why;
    }
}
