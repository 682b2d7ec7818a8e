package dev.postern.bench;

import java.util.List;

/**
 * One transaction as the plugins of Dovecot 2.3 send it: both figures of a user.
 *
 * @param name for the table
 * @param operation the letter of set or increment
 */
record DictWorkload(String name, char operation) {

    static final List<DictWorkload> BOTH = List.of(figures(), increments());

    /** The figures as they are; other ones each time, or there would be nothing to write. */
    static DictWorkload figures() {
        return new DictWorkload("quota_clone (B S S C)", 'S');
    }

    /** A message was saved. */
    static DictWorkload increments() {
        return new DictWorkload("quota = dict (B A A C)", 'A');
    }

    /** Whether the values are added to what there is. */
    boolean adds() {
        return operation == 'A';
    }

    /** The lines of one transaction. */
    void append(StringBuilder to, int id, String user) {
        to.append('B').append(id).append('\t').append(user).append('\n');
        to.append(operation).append(id).append("\tpriv/quota/storage\t");
        to.append(adds() ? 296 : System.nanoTime()).append('\n');
        to.append(operation).append(id).append("\tpriv/quota/messages\t1\n");
        to.append('C').append(id).append('\n');
    }
}
