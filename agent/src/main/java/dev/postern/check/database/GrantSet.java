package dev.postern.check.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * GRANT statements, read: as {@code schema/grants.sql} has them, and as MariaDB and MySQL answer {@code SHOW GRANTS}. An
 * answer may hold the password's hash and goes nowhere else.
 */
final class GrantSet {

    private static final Pattern GRANT =
            Pattern.compile("GRANT (.+?) ON (?:TABLE )?(\\S+) TO (\\S+?)(?:@\\S+)?( .*)?;?");
    private static final Pattern ROLE = Pattern.compile("GRANT (\\S+) TO .*");
    private static final Pattern PRIVILEGE = Pattern.compile("([A-Za-z_ ]+?)\\s*(?:\\(([^)]*)\\))?");

    /** Commas between privileges, not those between their columns. */
    private static final Pattern BETWEEN = Pattern.compile(",\\s*(?![^()]*\\))");

    private static final Pattern COMMENT = Pattern.compile("(?m)^--.*$");

    private GrantSet() {}

    /** What {@code schema/grants.sql} gives an account, on a database of this name. */
    static Set<GrantedPrivilege> shipped(String account, String database) {
        Set<GrantedPrivilege> rights = new LinkedHashSet<>();
        for (String statement : COMMENT.matcher(resource())
                .replaceAll("")
                .replace("`mail`.", "`" + database + "`.")
                .split(";", -1)) {
            Matcher grant = GRANT.matcher(statement.strip().replaceAll("\\s+", " "));
            if (grant.matches() && plain(grant.group(3)).equals(account)) {
                rights.addAll(rights(grant));
            }
        }
        return rights;
    }

    /** What the connected account may do. */
    static Set<GrantedPrivilege> of(DatabaseSession database) throws SQLException {
        return shown(database.query("SHOW GRANTS FOR CURRENT_USER()").stream()
                .map(row -> row.values().iterator().next())
                .toList());
    }

    /** What a server says that an account has. */
    static Set<GrantedPrivilege> shown(List<String> statements) {
        Set<GrantedPrivilege> rights = new LinkedHashSet<>();
        for (String statement : statements) {
            Matcher grant = GRANT.matcher(statement);
            Matcher role = ROLE.matcher(statement);
            if (grant.matches()) {
                rights.addAll(rights(grant));
            } else if (role.matches()) {
                rights.add(new GrantedPrivilege("ROLE " + role.group(1), "", ""));
            }
        }
        return rights;
    }

    private static List<GrantedPrivilege> rights(Matcher grant) {
        List<GrantedPrivilege> rights = new ArrayList<>();
        String object = plain(grant.group(2));
        for (String part : BETWEEN.split(grant.group(1), -1)) {
            Matcher privilege = PRIVILEGE.matcher(part.strip());
            String name = privilege.matches() ? privilege.group(1).toUpperCase(Locale.ROOT) : plain(part);
            if (privilege.matches() && privilege.group(2) != null) {
                for (String column : privilege.group(2).split(",", -1)) {
                    rights.add(new GrantedPrivilege(name, object, plain(column.strip())));
                }
            } else if (!name.equals("USAGE")) {
                rights.add(new GrantedPrivilege(name, object, ""));
            }
        }
        if (grant.group(4) != null && grant.group(4).contains("WITH GRANT OPTION")) {
            rights.add(new GrantedPrivilege("GRANT OPTION", object, ""));
        }
        return rights;
    }

    /** Without quotes of either kind, and without what keeps a name from being a pattern. */
    private static String plain(String name) {
        return name.replaceAll("[`']", "").replaceAll("\\\\([_%])", "$1");
    }

    private static String resource() {
        try (InputStream in = GrantSet.class.getResourceAsStream("/schema/grants.sql")) {
            if (in == null) {
                throw new IllegalStateException("grants.sql is not packed");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
