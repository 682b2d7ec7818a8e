package dev.postern.check.database;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The rights of an account, by their grantee.
 *
 * @param own given to the account itself
 * @param everybodys given to PUBLIC
 * @param roles given to its roles
 * @param unread how many of the server's statements are not understood
 */
record AccountRights(
        Set<GrantedPrivilege> own, Set<GrantedPrivilege> everybodys, Set<GrantedPrivilege> roles, int unread) {

    /** Sorts a server's statements about an account. */
    static AccountRights of(String account, List<String> statements) {
        Set<GrantedPrivilege> own = new LinkedHashSet<>();
        Set<GrantedPrivilege> everybodys = new LinkedHashSet<>();
        Set<GrantedPrivilege> roles = new LinkedHashSet<>();
        int unread = 0;
        for (String statement : statements) {
            GrantStatement grant = GrantStatement.parse(statement);
            if (grant == null) {
                unread++;
            } else if (grant.grantee().equals(account)) {
                own.addAll(grant.rights());
            } else {
                (grant.grantee().equals(GrantStatement.PUBLIC) ? everybodys : roles).addAll(grant.rights());
            }
        }
        return new AccountRights(own, everybodys, roles, unread);
    }

    boolean covers(GrantedPrivilege wanted) {
        return covers(own, wanted) || covers(everybodys, wanted) || covers(roles, wanted);
    }

    private static boolean covers(Set<GrantedPrivilege> rights, GrantedPrivilege wanted) {
        return rights.stream().anyMatch(right -> right.covers(wanted));
    }
}
