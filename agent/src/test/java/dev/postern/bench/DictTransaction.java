package dev.postern.bench;

import java.util.function.IntFunction;

/**
 * What one transaction of Dovecot 2.3's says, as its plugins send it.
 *
 * @param name for the table
 * @param operation the letter of set or increment
 * @param storage value by number of the transaction
 * @param messages likewise
 */
record DictTransaction(String name, char operation, IntFunction<String> storage, IntFunction<String> messages) {

    /** quota_clone: both figures as they are. */
    static DictTransaction clone(int marker) {
        return new DictTransaction("quota_clone (B S S C)", 'S', i -> Integer.toString(marker), i -> "7");
    }

    /** The dict quota backend: a mail was saved. */
    static DictTransaction increment() {
        return new DictTransaction("quota = dict (B A A C)", 'A', i -> "296", i -> "1");
    }

    /** The lines of one transaction. */
    void append(StringBuilder to, int id, String user) {
        to.append('B').append(id).append('\t').append(user).append('\n');
        to.append(operation).append(id).append("\tpriv/quota/storage\t");
        to.append(storage.apply(id)).append('\n');
        to.append(operation).append(id).append("\tpriv/quota/messages\t");
        to.append(messages.apply(id)).append('\n');
        to.append('C').append(id).append('\n');
    }
}
