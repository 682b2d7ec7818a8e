package dev.postern.check.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.report.CheckReport;
import dev.postern.check.report.Finding;
import dev.postern.config.AgentConfig;
import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.TestDatabase;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The program decides which rights its account needs; an account shared by two needs the rights of both. */
@Tag("database")
@ExtendWith(DatabaseExtension.class)
class OtherAccountsCheckIT {

    private final TestDatabase database;
    private final CheckReport report = new CheckReport();
    private final OtherAccountsCheck accounts;

    OtherAccountsCheckIT(TestDatabase database) {
        this.database = database;
        this.accounts = new OtherAccountsCheck(where("postern"), report);
    }

    @Test
    void eachHasWhatItNeeds() {
        accounts.add("postfix", where("postfix"), password("postfix"));
        accounts.add("dovecot", where("dovecot"), password("dovecot"));
        accounts.add(OtherAccountsCheck.ADMINISTERING, where("postern_admin"), password("postern_admin"));
        assertThat(findings()).isEmpty();
        assertThat(report.unchecked()).isEmpty();
    }

    @Test
    void oneThatIsSharedNeedsTheRightsOfBothAndNoMore() {
        accounts.add("postfix", where("postfix"), password("postfix"));
        accounts.add("dovecot", where("postfix"), password("postfix"));
        assertThat(findings())
                .singleElement()
                .asString()
                .contains(": may not SELECT (`max_bytes`, `max_messages`, `password`) on ");
        assertThat(accounts.isLacking(where("postfix"))).isTrue();
        assertThat(accounts.isLacking(where("dovecot"))).isFalse();
        String account = "'postfix'@'" + database.server().clientHost() + "'";
        database.execute("GRANT SELECT (max_bytes, max_messages, password) ON user TO " + account);
        try {
            CheckReport again = new CheckReport();
            OtherAccountsCheck shared = new OtherAccountsCheck(where("postern"), again);
            shared.add("postfix", where("postfix"), password("postfix"));
            shared.add("dovecot", where("postfix"), password("postfix"));
            shared.examine();
            assertThat(again.findings()).isEmpty();
        } finally {
            database.execute("REVOKE SELECT (max_bytes, max_messages, password) ON user FROM " + account);
        }
    }

    @Test
    void theAgentsOwnIsNoBetterShared() {
        accounts.add("postfix", where("postern"), password("postern"));
        assertThat(findings()).anySatisfy(line -> assertThat(line).contains("GRANT SELECT (`id`) ON "));
        assertThat(findings()).noneSatisfy(line -> assertThat(line).contains("no need of"));
    }

    /** Of Postfix's account the tables report it. */
    @Test
    void aDovecotThatIsNotLetInIsAFinding() throws IOException {
        accounts.add("dovecot", atSocket("dovecot"), "not-its-password");
        accounts.add("postfix", atSocket("postfix"), "not-its-password");
        assertThat(findings())
                .singleElement()
                .asString()
                .startsWith(
                        "Dovecot's account dovecot: the server does not let dovecot in: wrong password?; ALTER USER")
                .doesNotContain("not-its-password");
        assertThat(report.unchecked())
                .singleElement()
                .asString()
                .startsWith("grants not checked: postfix's account postfix: ")
                .doesNotContain("not-its-password");
    }

    @Test
    void theAccountThatAdministersHasNoMoreThanItNeeds() throws IOException {
        String account = "'postern_admin'@'" + database.server().clientHost() + "'";
        database.execute(
                "GRANT SELECT (password) ON user TO " + account, "REVOKE INSERT ON postern_audit FROM " + account);
        try {
            accounts.add(OtherAccountsCheck.ADMINISTERING, where("postern_admin"), password("postern_admin"));
            assertThat(findings())
                    .anySatisfy(line -> assertThat(line).contains("may not INSERT on ", "postern_audit"))
                    .anySatisfy(line -> assertThat(line).contains("no need of", "password"));
        } finally {
            database.execute(
                    "REVOKE SELECT (password) ON user FROM " + account, "GRANT INSERT ON postern_audit TO " + account);
        }
    }

    @Test
    void anAccountThatAdministersAndIsNotLetInIsAFinding() throws IOException {
        accounts.add(OtherAccountsCheck.ADMINISTERING, atSocket("postern_admin"), "not-its-password");
        assertThat(findings())
                .singleElement()
                .asString()
                .contains("the account of the commands that administer, postern_admin: the server does not let")
                .doesNotContain("not-its-password");
    }

    private List<String> findings() {
        accounts.examine();
        return report.findings().stream().map(Finding::toString).toList();
    }

    private String password(String user) {
        return database.account(user).password();
    }

    /** Where MySQL takes a password to refuse, as it does not over plain TCP; in a container the server is MariaDB. */
    private AgentConfig.MysqlSection atSocket(String user) throws IOException {
        return database.socket() == null ? where(user) : database.atSocket(user);
    }

    private AgentConfig.MysqlSection where(String user) {
        return new AgentConfig.MysqlSection(
                database.host(), database.port(), null, database.database(), user, null, AgentConfig.TlsMode.OFF, null);
    }
}
