package dev.postern.check.database;

import java.util.Set;

/**
 * One right of an account.
 *
 * @param privilege as the server writes it, in capitals; {@code ROLE} and a name
 * @param object what it is for
 * @param column empty = of the whole object
 */
record GrantedPrivilege(String privilege, GrantObject object, String column) {

    private static final Set<String> ALL = Set.of("ALL", "ALL PRIVILEGES");

    /** Whether this one implies the other. */
    boolean covers(GrantedPrivilege other) {
        return (privilege.equals(other.privilege) || ALL.contains(privilege))
                && (column.isEmpty() || column.equals(other.column))
                && object.covers(other.object);
    }
}
