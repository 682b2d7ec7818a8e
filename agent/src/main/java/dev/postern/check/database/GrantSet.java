package dev.postern.check.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Rights as {@code schema/grants.sql} gives them, and as MariaDB and MySQL answer {@code SHOW GRANTS}. An answer may
 * hold the password's hash and goes nowhere else.
 */
final class GrantSet {

    private static final Pattern COMMENT = Pattern.compile("(?m)^--.*$");

    private GrantSet() {}

    /** What {@code schema/grants.sql} gives an account, on a database of this name. */
    static Set<GrantedPrivilege> shipped(String account, String database) {
        Set<GrantedPrivilege> rights = new LinkedHashSet<>();
        for (String statement : COMMENT.matcher(resource()).replaceAll("").split(";", -1)) {
            GrantStatement grant = GrantStatement.parse(statement);
            if (grant != null && grant.grantee().equals(account + "@localhost")) {
                grant.rights()
                        .forEach(right -> rights.add(new GrantedPrivilege(
                                right.privilege(),
                                GrantObject.table(database, right.object().name()),
                                right.column())));
            }
        }
        return rights;
    }

    /** What the connected account may do. */
    static AccountRights of(DatabaseSession database) throws SQLException {
        return AccountRights.of(
                database.value("SELECT CURRENT_USER()"),
                database.query("SHOW GRANTS FOR CURRENT_USER()").stream()
                        .map(row -> row.values().iterator().next())
                        .toList());
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
