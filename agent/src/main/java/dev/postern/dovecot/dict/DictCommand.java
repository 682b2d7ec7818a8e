package dev.postern.dovecot.dict;

import dev.postern.net.TabEscaping;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One line from Dovecot, in upstream's words ({@code lib-dict-extra/dict-client.h}). */
sealed interface DictCommand {

    /** Dovecot up to 2.3.16: the user is in HELLO. */
    int OLDEST_MAJOR = 2;

    /** Dovecot 2.4. */
    int NEWEST_MAJOR = 4;

    /**
     * The greeting; never answered. Clients need not send what a minor version adds, so it is ignored.
     *
     * @param user whole connection's user with major 2, else empty
     */
    record Hello(int major, String user, String dict) implements DictCommand {}

    record Lookup(String key, String user) implements DictCommand {
        /** With the user of HELLO, as in the old dialect, where the request has none. */
        Lookup of(String greeted) {
            return user.isEmpty() ? new Lookup(key, greeted) : this;
        }
    }

    /**
     * A listing of everything below a path.
     *
     * @param flags 1 recurse, 2 sort by key, 4 sort by value, 8 no values, 16 exact key
     * @param maxRows 0 = no limit
     */
    record Iterate(int flags, long maxRows, List<String> paths, String user) implements DictCommand {
        /** With the user of HELLO, as in the old dialect, where the request has none. */
        Iterate of(String greeted) {
            return user.isEmpty() ? new Iterate(flags, maxRows, paths, greeted) : this;
        }
    }

    record Begin(long id, String user) implements DictCommand {}

    /** A part of a transaction. */
    sealed interface Operation extends DictCommand {
        long id();
    }

    record Set(long id, String key, String value) implements Operation {}

    record Unset(long id, String key) implements Operation {}

    record Increment(long id, String key, long difference) implements Operation {}

    /** TIMESTAMP and HIDE_LOG_VALUES: accepted, without effect here. */
    record Ignored() implements DictCommand {}

    record Rollback(long id) implements DictCommand {}

    /**
     * The end of a transaction.
     *
     * @param async the old {@code D} form, whose reply has an {@code A} before it
     */
    record Commit(long id, boolean async) implements DictCommand {}

    /**
     * Reads a line without its LF.
     *
     * @param major the dialect HELLO has chosen; 0 before it
     * @return null when it is none of the above: the connection cannot be understood any further
     */
    static @Nullable DictCommand parse(String line, int major) {
        if (line.isEmpty()) {
            return null;
        }
        List<String> fields = TabEscaping.split(line.substring(1));
        try {
            return switch (line.charAt(0)) {
                case 'H' -> hello(fields);
                case 'L' -> new Lookup(fields.get(0), at(fields, 1));
                case 'I' -> iterate(fields, major);
                case 'B' -> new Begin(id(fields), at(fields, 1));
                case 'S' -> new Set(id(fields), fields.get(1), at(fields, 2));
                case 'U' -> new Unset(id(fields), fields.get(1));
                case 'A' -> new Increment(id(fields), fields.get(1), Long.parseLong(fields.get(2)));
                case 'T', 'V' -> new Ignored();
                case 'R' -> new Rollback(id(fields));
                case 'C' -> new Commit(id(fields), false);
                case 'D' -> new Commit(id(fields), true);
                default -> null;
            };
        } catch (NumberFormatException | IndexOutOfBoundsException malformed) {
            return null;
        }
    }

    private static DictCommand hello(List<String> fields) {
        return new Hello(Integer.parseInt(fields.get(0)), at(fields, 3), at(fields, 4));
    }

    private static DictCommand iterate(List<String> fields, int major) {
        int flags = Integer.parseInt(fields.get(0));
        long maxRows = Long.parseLong(fields.get(1));
        if (major <= 2) {
            return new Iterate(flags, maxRows, fields.subList(2, fields.size()), "");
        }
        return new Iterate(flags, maxRows, List.of(fields.get(2)), at(fields, 3));
    }

    private static long id(List<String> fields) {
        return Long.parseLong(fields.get(0));
    }

    private static String at(List<String> fields, int index) {
        return index < fields.size() ? fields.get(index) : "";
    }
}
