package dev.postern.check.database;

import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import dev.postern.model.FailureText;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The accounts by which Dovecot, Postfix and the commands that administer use the database: each has the rights of its
 * program and no others. One that several programs share needs those of all of them, which shows when all have been
 * gathered.
 */
public final class OtherAccountsCheck {

    /** Which account on which server this connection is, whatever way it has come. */
    private static final String IDENTITY =
            "SELECT CURRENT_USER() AS account, CONCAT_WS(' ', CURRENT_USER(), DATABASE(), @@hostname, @@port)"
                    + " AS identity";

    /** The account of the commands that change mailboxes, as grants.sql calls it. */
    public static final String ADMINISTERING = "postern_admin";

    private static final String DOVECOT = "dovecot";

    /** The accounts that are asked by nothing else here, and whose they are; of Postfix's, postmap reports the same. */
    private static final Map<String, String> ASKED_HERE =
            Map.of(DOVECOT, "Dovecot's account ", ADMINISTERING, "the account of the commands that administer, ");

    /** A wrong password, or a locked account. */
    private static final Set<Integer> SHUT_OUT = Set.of(1045, 1698, 3118, 4151);

    private final AgentConfig.MysqlSection ours;
    private final CheckReport report;
    private final Map<DatabaseLogin, Set<String>> gathered = new LinkedHashMap<>();
    private final Set<AgentConfig.MysqlSection> lacking = new LinkedHashSet<>();

    /** How an account comes in. */
    private record DatabaseLogin(AgentConfig.MysqlSection where, String password) {

        /** Nothing of the password in any text. */
        @Override
        public String toString() {
            return where.toString();
        }
    }

    /** The rights of an account as listed, and as they should be. */
    private record AccountGrants(
            String account, AccountRights has, Set<GrantedPrivilege> needs, Set<AgentConfig.MysqlSection> ways) {}

    /**
     * Knows of none yet.
     *
     * @param ours the agent's own account
     */
    public OtherAccountsCheck(AgentConfig.MysqlSection ours, CheckReport report) {
        this.ours = ours;
        this.report = report;
    }

    /**
     * Takes note of one.
     *
     * @param program whose it is, as grants.sql calls it
     */
    public void add(String program, AgentConfig.MysqlSection where, String password) {
        gathered.computeIfAbsent(new DatabaseLogin(where, password), fresh -> new LinkedHashSet<>())
                .add(program);
    }

    /** Compares those that have been added; once. */
    public void examine() {
        Map<String, AccountGrants> known = new LinkedHashMap<>();
        gathered.forEach((login, programs) -> ask(login, programs, known));
        gathered.clear();
        for (AccountGrants rights : known.values()) {
            GrantsCheck check = new GrantsCheck(rights.account(), rights.has(), rights.needs());
            check.examine(report);
            if (check.isLacking()) {
                lacking.addAll(rights.ways());
            }
        }
    }

    private void ask(DatabaseLogin login, Set<String> programs, Map<String, AccountGrants> known) {
        AgentConfig.MysqlSection where = login.where();
        try (DatabaseSession database = DatabaseSession.open(where, where.user(), login.password())) {
            Map<String, String> who = database.query(IDENTITY).get(0);
            AccountRights has = GrantSet.of(database);
            AccountGrants rights = known.computeIfAbsent(
                    who.getOrDefault("identity", ""),
                    fresh -> new AccountGrants(
                            who.getOrDefault("account", ""), has, new LinkedHashSet<>(), new LinkedHashSet<>()));
            rights.ways().add(where);
            programs.forEach(program -> rights.needs().addAll(GrantSet.shipped(program, where.database())));
            if (where.user().equals(ours.user())) {
                rights.needs().addAll(GrantSet.shipped(DatabaseCheck.ACCOUNT, where.database()));
            }
        } catch (SQLException e) {
            ConnectFailure refusal = ConnectFailure.of(e, where);
            String shutOut = programs.stream()
                    .filter(ASKED_HERE::containsKey)
                    .findFirst()
                    .orElse("");
            if (!shutOut.isEmpty() && SHUT_OUT.contains(e.getErrorCode())) {
                report.problem(
                        shutOut.equals(ADMINISTERING) ? CheckName.GRANTS : CheckName.LOGINS,
                        ASKED_HERE.get(shutOut) + where.user(),
                        refusal.problem(),
                        refusal.fix());
                return;
            }
            if (programs.contains(DOVECOT) && ConnectFailure.isUnreachable(e) && !report.has(Set.of(CheckName.MYSQL))) {
                report.problem(CheckName.LOGINS, "Dovecot's account " + where.user(), refusal.problem(), mapped(where));
                return;
            }
            report.unchecked(
                    CheckName.GRANTS,
                    String.join(" and ", programs) + "'s account " + where.user() + ": " + FailureText.of(e));
        }
    }

    private static String mapped(AgentConfig.MysqlSection where) {
        Path listener = ConnectFailure.listener(where).orElse(null);
        return listener == null || where.socket() == null
                ? "in /etc/dovecot/postern-sql.conf.ext the server that [mysql] has"
                : "sed -i 's#" + where.socket() + "#" + listener
                        + "#' /etc/dovecot/postern-sql.conf.ext && doveadm reload";
    }

    /** Whether rights are missing, which explains why something there cannot be asked. */
    public boolean isLacking(AgentConfig.MysqlSection where) {
        return lacking.contains(where);
    }
}
