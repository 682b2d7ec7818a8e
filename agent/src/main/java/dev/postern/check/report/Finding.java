package dev.postern.check.report;

import dev.postern.config.PrintableText;

/**
 * A problem for an administrator to fix; one line, whatever a server or a program has put into it.
 *
 * @param where it is: a file and its key, a table, a service
 * @param problem what is wrong there
 * @param fix the line that fixes it
 */
public record Finding(CheckName check, String where, String problem, String fix) {

    /**
     * Characters: all that one line fixes has to find room, such as every socket of an agent that is to be restarted.
     */
    private static final int MAX_LENGTH = 4000;

    public Finding {
        where = PrintableText.of(where, MAX_LENGTH);
        problem = PrintableText.of(problem, MAX_LENGTH);
        fix = PrintableText.of(fix, MAX_LENGTH);
    }

    /** With another that the same line fixes. */
    Finding and(Finding other) {
        String more = other.where.equals(where) ? other.problem : other.where + ": " + other.problem;
        return text(more) ? this : new Finding(check, where, problem + "; " + more, fix);
    }

    private boolean text(String told) {
        return ("; " + problem + "; ").contains("; " + told + "; ");
    }

    @Override
    public String toString() {
        return where + ": " + problem + "; " + fix;
    }
}
