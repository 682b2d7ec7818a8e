package dev.postern.doctor.report;

import dev.postern.config.Printable;

/**
 * Something an administrator has to mend; one line, whatever a server or a program has put into it.
 *
 * @param where it is: a file and its key, a table, a service
 * @param problem what is wrong there
 * @param mend the line that mends it
 */
public record Finding(Check check, String where, String problem, String mend) {

    private static final int LONGEST = 1000;

    public Finding {
        where = Printable.of(where, LONGEST);
        problem = Printable.of(problem, LONGEST);
        mend = Printable.of(mend, LONGEST);
    }

    @Override
    public String toString() {
        return where + ": " + problem + "; " + mend;
    }
}
