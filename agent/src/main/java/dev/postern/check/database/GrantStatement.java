package dev.postern.check.database;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A GRANT statement, read as far as rights go.
 *
 * @param grantee the user or role; of an account, {@code user@host}
 * @param rights what it gives
 */
record GrantStatement(String grantee, List<GrantedPrivilege> rights) {

    /** Of every account, on MariaDB. */
    static final String PUBLIC = "PUBLIC";

    /** Other statements that a server shows among the rights, from which no right follows. */
    private static final Set<String> OTHERS = Set.of("REVOKE", "SET");

    private static final Set<String> KINDS = Set.of("TABLE", "PROCEDURE", "FUNCTION", "PACKAGE", "BODY", "LIBRARY");

    private static final GrantStatement EMPTY = new GrantStatement("", List.of());

    /** Reads one; null when it is not understood. */
    static @Nullable GrantStatement parse(String statement) {
        SqlTokens tokens = SqlTokens.of(statement);
        if (OTHERS.stream().anyMatch(tokens::skip)) {
            return EMPTY;
        }
        return tokens.skip("GRANT") ? granted(tokens) : null;
    }

    private record Privilege(String name, List<String> columns) {}

    private static @Nullable GrantStatement granted(SqlTokens tokens) {
        List<Privilege> privileges = new ArrayList<>();
        do {
            privileges.add(privilege(tokens));
        } while (tokens.skip(","));
        GrantObject object = tokens.skip("ON") ? object(tokens) : GrantObject.NONE;
        if (object == null || !tokens.skip("TO") || tokens.isAtEnd()) {
            return null;
        }
        String grantee = account(tokens);
        List<GrantedPrivilege> rights = new ArrayList<>();
        privileges.forEach(privilege -> add(rights, privilege, object));
        if (tokens.has("WITH", "GRANT", "OPTION") && !object.kind().equals(GrantObject.ACCOUNT)) {
            rights.add(new GrantedPrivilege("GRANT OPTION", object, ""));
        }
        return new GrantStatement(grantee, rights);
    }

    private static void add(List<GrantedPrivilege> rights, Privilege privilege, GrantObject object) {
        if (object.equals(GrantObject.NONE)) {
            rights.add(new GrantedPrivilege("ROLE " + privilege.name(), object, ""));
        } else if (privilege.columns().isEmpty() && !privilege.name().equals("USAGE")) {
            rights.add(new GrantedPrivilege(privilege.name(), object, ""));
        }
        privilege.columns().forEach(column -> rights.add(new GrantedPrivilege(privilege.name(), object, column)));
    }

    /** Words up to a comma or what follows the list; or a role, which has a name that may be quoted and a host. */
    private static Privilege privilege(SqlTokens tokens) {
        if (tokens.isQuoted()) {
            String role = GrantObject.quoted(tokens.next());
            return new Privilege(tokens.skip("@") ? role + "@" + GrantObject.quoted(tokens.next()) : role, List.of());
        }
        StringBuilder name = new StringBuilder();
        while (!tokens.isAtEnd() && !tokens.isQuoted() && !tokens.isOneOf("(", ",", "ON", "TO")) {
            name.append(name.isEmpty() ? "" : " ").append(tokens.next().toUpperCase(Locale.ROOT));
        }
        List<String> columns = new ArrayList<>();
        if (tokens.skip("(")) {
            while (!tokens.isAtEnd() && !tokens.skip(")")) {
                if (!tokens.skip(",")) {
                    columns.add(tokens.next());
                }
            }
        }
        return new Privilege(name.toString(), columns);
    }

    private static @Nullable GrantObject object(SqlTokens tokens) {
        StringBuilder kind = new StringBuilder();
        while (!tokens.isQuoted() && tokens.isOneOf(KINDS.toArray(String[]::new)) && !tokens.isFollowedBy(".")) {
            kind.append(kind.isEmpty() ? "" : " ").append(tokens.next().toUpperCase(Locale.ROOT));
        }
        String first = tokens.next();
        if (tokens.skip("@")) {
            return new GrantObject(GrantObject.ACCOUNT, first, tokens.next());
        }
        return tokens.skip(".") ? new GrantObject(kind.toString().replace("TABLE", ""), first, tokens.next()) : null;
    }

    private static String account(SqlTokens tokens) {
        String user = tokens.next();
        return tokens.skip("@") ? user + "@" + tokens.next() : user;
    }
}
