package dev.postern.check.database;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** An account has the rights of {@code schema/grants.sql}: what it lacks stops it, what it has beyond is somebody's prize. */
final class GrantsCheck {

    private final String grantee;
    private final Set<GrantedPrivilege> has;
    private final Set<GrantedPrivilege> needs;

    /**
     * Compares nothing yet.
     *
     * @param currentUser the account as the server names it: {@code user@host}
     * @param has what it may do
     * @param needs what it should
     */
    GrantsCheck(String currentUser, Set<GrantedPrivilege> has, Set<GrantedPrivilege> needs) {
        int at = currentUser.lastIndexOf('@');
        this.grantee = "'" + currentUser.substring(0, at) + "'@'" + currentUser.substring(at + 1) + "'";
        this.has = has;
        this.needs = needs;
    }

    /** Whether the account may not do all that it should. */
    boolean isLacking() {
        return !lacks().isEmpty();
    }

    private Set<GrantedPrivilege> lacks() {
        Set<GrantedPrivilege> lacks = new LinkedHashSet<>(needs);
        lacks.removeIf(right -> has.stream().anyMatch(other -> other.covers(right)));
        return lacks;
    }

    void examine(CheckReport report) {
        Set<GrantedPrivilege> beyond = new LinkedHashSet<>(has);
        beyond.removeIf(right -> needs.stream().anyMatch(other -> other.covers(right)));
        byObject(lacks())
                .forEach((object, rights) -> report.problem(
                        CheckName.GRANTS,
                        grantee,
                        "may not " + rights + " on " + object,
                        "GRANT " + rights + " ON " + quoted(object) + " TO " + grantee));
        byObject(beyond)
                .forEach((object, rights) -> report.problem(
                        CheckName.GRANTS,
                        grantee,
                        "may " + rights + (object.isEmpty() ? "" : " on " + object) + ", which it has no need of",
                        revoke(object, rights) + ", then grants.sql again"));
    }

    private String revoke(String object, String rights) {
        return rights.startsWith("ROLE ")
                ? "REVOKE " + rights.substring("ROLE ".length()) + " FROM " + grantee
                : "REVOKE " + rights + " ON " + quoted(object) + " FROM " + grantee;
    }

    /** As GRANT wants them: {@code SELECT (`a`, `b`), UPDATE (`a`)}. */
    private static Map<String, String> byObject(Set<GrantedPrivilege> rights) {
        Map<String, Map<String, List<GrantedPrivilege>>> grouped = rights.stream()
                .collect(Collectors.groupingBy(
                        GrantedPrivilege::object,
                        LinkedHashMap::new,
                        Collectors.groupingBy(GrantedPrivilege::privilege, LinkedHashMap::new, Collectors.toList())));
        Map<String, String> texts = new LinkedHashMap<>();
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
                .map(column -> "`" + column + "`")
                .collect(Collectors.joining(", "));
        return columns.isEmpty() ? "" : " (" + columns + ")";
    }

    private static String quoted(String object) {
        int dot = object.indexOf('.');
        return part(object.substring(0, dot)) + "." + part(object.substring(dot + 1));
    }

    private static String part(String name) {
        return name.equals("*") ? name : "`" + name + "`";
    }
}
