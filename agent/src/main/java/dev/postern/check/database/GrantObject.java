package dev.postern.check.database;

import java.util.regex.Pattern;

/**
 * What a right is for.
 *
 * @param kind {@code PROCEDURE}, {@code FUNCTION} and so on; {@link #ACCOUNT}; empty of tables, of databases and of
 *     everything
 * @param database {@code *} = all; as GRANT has it, where {@code %} and {@code _} may stand for other characters; of an
 *     account, the user
 * @param name {@code *} = all of the database; of an account, the host
 */
record GrantObject(String kind, String database, String name) {

    /** The kind of an account, for which another one may stand in. */
    static final String ACCOUNT = "ACCOUNT";

    private static final String ALL = "*";

    /** Of a role, which is for no object. */
    static final GrantObject NONE = new GrantObject("", "", "");

    private static final Pattern ESCAPED = Pattern.compile("\\\\([_%])");

    static GrantObject table(String database, String name) {
        return new GrantObject("", database, name);
    }

    /** Whether a right to this one is a right to the other. */
    boolean covers(GrantObject other) {
        return equals(other)
                || (kind.isEmpty() && !database.isEmpty() && name.equals(ALL) && isOf(other.database, other));
    }

    private boolean isOf(String otherDatabase, GrantObject other) {
        return database.equals(ALL)
                || (!other.kind.equals(ACCOUNT)
                        && (database.equals(otherDatabase)
                                || pattern().matcher(otherDatabase).matches()));
    }

    /** Whether it is a database, or something in it. */
    boolean isIn(String wanted) {
        return !kind.equals(ACCOUNT) && isOf(wanted, NONE);
    }

    private Pattern pattern() {
        StringBuilder pattern = new StringBuilder();
        for (int i = 0; i < database.length(); i++) {
            char c = database.charAt(i);
            if (c == '\\' && i + 1 < database.length()) {
                i++;
                pattern.append(Pattern.quote(String.valueOf(database.charAt(i))));
            } else {
                pattern.append(c == '%' ? ".*" : c == '_' ? "." : Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(pattern.toString(), Pattern.DOTALL);
    }

    /** As GRANT and REVOKE want it. */
    String quoted() {
        String separator = kind.equals(ACCOUNT) ? "@" : ".";
        return (kind.isEmpty() || kind.equals(ACCOUNT) ? "" : kind + " ") + part(database) + separator + part(name);
    }

    private static String part(String name) {
        return name.equals(ALL) ? name : quoted(name);
    }

    static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    @Override
    public String toString() {
        return equals(NONE)
                ? ""
                : kind.equals(ACCOUNT)
                        ? database + "@" + name
                        : (kind.isEmpty() ? "" : kind + " ")
                                + ESCAPED.matcher(database).replaceAll("$1") + "." + name;
    }
}
