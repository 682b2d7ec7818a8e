package dev.postern.check.database;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An account has the rights of {@code schema/grants.sql}: it needs all of them, and any other would serve an intruder.
 */
final class GrantsCheck {

    private static final String ROLE = "ROLE ";

    private final String grantee;
    private final AccountRights has;
    private final Set<GrantedPrivilege> needs;

    /**
     * Compares nothing yet.
     *
     * @param currentUser the account as the server names it: {@code user@host}
     * @param has what it may do
     * @param needs what it should
     */
    GrantsCheck(String currentUser, AccountRights has, Set<GrantedPrivilege> needs) {
        int at = currentUser.lastIndexOf('@');
        this.grantee = at < 0
                ? text(currentUser)
                : text(currentUser.substring(0, at)) + "@" + text(currentUser.substring(at + 1));
        this.has = has;
        this.needs = needs;
    }

    private static String text(String name) {
        return "'" + name.replace("'", "''") + "'";
    }

    /** Whether the account may not do all that it should. */
    boolean isLacking() {
        return !lacks().isEmpty();
    }

    private Set<GrantedPrivilege> lacks() {
        Set<GrantedPrivilege> lacks = new LinkedHashSet<>(needs);
        lacks.removeIf(has::covers);
        return lacks;
    }

    void examine(CheckReport report) {
        if (has.unread() > 0) {
            report.unchecked(
                    CheckName.GRANTS,
                    has.unread() + " of the lines that SHOW GRANTS has for " + grantee + " are not understood");
        }
        byObject(lacks())
                .forEach((object, rights) -> report.problem(
                        CheckName.GRANTS,
                        grantee,
                        "may not " + rights + " on " + object,
                        "GRANT " + rights + " ON " + object.quoted() + " TO " + grantee));
        beyond(report, has.own(), grantee, grantee);
        Set<GrantedPrivilege> here = new LinkedHashSet<>(has.everybodys());
        here.removeIf(right -> needs.stream()
                .noneMatch(need -> right.object().isIn(need.object().database())));
        beyond(report, here, "every account", GrantStatement.PUBLIC);
    }

    private void beyond(CheckReport report, Set<GrantedPrivilege> rights, String where, String from) {
        Set<GrantedPrivilege> beyond = new LinkedHashSet<>(rights);
        beyond.removeIf(right -> needs.stream().anyMatch(other -> other.covers(right)));
        byObject(beyond)
                .forEach((object, names) -> report.problem(
                        CheckName.GRANTS,
                        where,
                        "may " + names + (object.equals(GrantObject.NONE) ? "" : " on " + object)
                                + ", which it has no need of",
                        revoke(object, names, from) + ", then grants.sql again"));
    }

    private static String revoke(GrantObject object, String names, String from) {
        return object.equals(GrantObject.NONE)
                ? "REVOKE " + names.replace(ROLE, "") + " FROM " + from
                : "REVOKE " + names + " ON " + object.quoted() + " FROM " + from;
    }

    /** As GRANT wants them: {@code SELECT (`a`, `b`), UPDATE (`a`)}. */
    private static Map<GrantObject, String> byObject(Set<GrantedPrivilege> rights) {
        Map<GrantObject, Map<String, List<GrantedPrivilege>>> grouped = rights.stream()
                .collect(Collectors.groupingBy(
                        GrantedPrivilege::object,
                        LinkedHashMap::new,
                        Collectors.groupingBy(GrantedPrivilege::privilege, LinkedHashMap::new, Collectors.toList())));
        Map<GrantObject, String> texts = new LinkedHashMap<>();
        grouped.forEach((object, privileges) -> texts.put(
                object,
                privileges.entrySet().stream()
                        .map(privilege -> privilege.getKey() + columns(privilege.getValue()))
                        .collect(Collectors.joining(", "))));
        return texts;
    }

    private static String columns(List<GrantedPrivilege> rights) {
        String columns = rights.stream()
                .map(GrantedPrivilege::column)
                .filter(column -> !column.isEmpty())
                .sorted()
                .map(GrantObject::quoted)
                .collect(Collectors.joining(", "));
        return columns.isEmpty() ? "" : " (" + columns + ")";
    }
}
