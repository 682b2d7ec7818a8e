package dev.postern.dovecot.dict;

import dev.postern.net.TabEscaping;

/** What becomes of a transaction, in the letters of the protocol. */
enum CommitReply {
    COMMITTED('O', ""),

    /** An increment had no figure to add to: to the quota plugin "count the mailbox anew". */
    NOTHING_TO_ADD_TO('N', ""),

    /** It was not taken, or may be sent again: no increment of it was done. */
    NOT_COMMITTED('F', ""),

    /** It is in memory and will be written when it can be, but nothing is promised. */
    UNCERTAIN('W', "database is away: kept in memory, not yet safe");

    private final char letter;
    private final String text;

    CommitReply(char letter, String text) {
        this.letter = letter;
        this.text = text;
    }

    char letter() {
        return letter;
    }

    String line(DictCommand.Commit commit) {
        return line(commit, text);
    }

    /**
     * The reply without its LF.
     *
     * @param why for the mail log; clients take it from the second field
     */
    String line(DictCommand.Commit commit, String why) {
        String reply = (commit.async() ? "A" : "") + letter + commit.id();
        return why.isEmpty() ? reply : reply + "\t" + TabEscaping.escape(why);
    }
}
