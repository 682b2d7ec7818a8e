package dev.postern.check.database;

import java.util.Set;

/**
 * One right of an account.
 *
 * @param privilege as the server writes it, in capitals
 * @param object {@code *.*}, {@code database.*} or {@code database.table}, without quotes; empty of a role
 * @param column empty = of the whole object
 */
record GrantedPrivilege(String privilege, String object, String column) {

    private static final Set<String> ALL = Set.of("ALL", "ALL PRIVILEGES");

    /** Whether who has this one has the other too. */
    boolean covers(GrantedPrivilege other) {
        return (privilege.equals(other.privilege) || ALL.contains(privilege))
                && (column.isEmpty() || column.equals(other.column))
                && (object.equals(other.object)
                        || object.equals("*.*")
                        || (object.endsWith(".*")
                                && other.object.startsWith(object.substring(0, object.length() - 1))));
    }
}
