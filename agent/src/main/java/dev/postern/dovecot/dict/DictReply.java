package dev.postern.dovecot.dict;

import dev.postern.net.TabEscaping;

/** The replies to LOOKUP and ITERATE, without their last LF. */
final class DictReply {

    /** LOOKUP: the key does not exist. To the quota plugin: count the mailbox anew. */
    static final String NOT_FOUND = "N";

    /** The end of an iteration. */
    static final String END = "";

    private DictReply() {}

    static String found(String value) {
        return "O" + TabEscaping.escape(value);
    }

    /** LOOKUP or ITERATE: cannot be answered now; the text goes to the mail log. */
    static String failed(String why) {
        return "F" + TabEscaping.escape(why);
    }

    /** One row of an iteration; without a value the TAB stays. */
    static String row(String key, String value) {
        return "O" + TabEscaping.escape(key) + "\t" + TabEscaping.escape(value);
    }
}
