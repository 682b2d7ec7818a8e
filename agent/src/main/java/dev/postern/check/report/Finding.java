package dev.postern.check.report;

import dev.postern.config.Printable;

/**
 * Something an administrator has to mend; one line, whatever a server or a program has put into it.
 *
 * @param where it is: a file and its key, a table, a service
 * @param problem what is wrong there
 * @param mend the line that mends it
 */
public record Finding(Check check, String where, String problem, String mend) {

    /** Characters: all that one line mends has to find room, such as every socket of an agent that is to be restarted. */
    private static final int LONGEST = 4000;

    public Finding {
        where = Printable.of(where, LONGEST);
        problem = Printable.of(problem, LONGEST);
        mend = Printable.of(mend, LONGEST);
    }

    /** With another that the same line mends. */
    Finding and(Finding other) {
        String more = other.where.equals(where) ? other.problem : other.where + ": " + other.problem;
        return says(more) ? this : new Finding(check, where, problem + "; " + more, mend);
    }

    private boolean says(String told) {
        return ("; " + problem + "; ").contains("; " + told + "; ");
    }

    @Override
    public String toString() {
        return where + ": " + problem + "; " + mend;
    }
}
