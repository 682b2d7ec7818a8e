package dev.postern.check.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.report.CheckReport;
import dev.postern.check.report.Finding;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrantSetTest {

    private static final List<String> MARIADB = List.of(
            "GRANT USAGE ON *.* TO `postern`@`localhost` IDENTIFIED BY PASSWORD"
                    + " '*B69027D44F6E5EDC07F1AEAD1477967B16F28227'",
            "GRANT SELECT, INSERT, UPDATE ON `m_l`.`postern_checkpoint` TO `postern`@`localhost`",
            "GRANT SELECT (`recipient`, `direction`, `email`) ON `m_l`.`subscription` TO `postern`@`localhost`",
            "GRANT SELECT (`max_bytes`, `email`, `max_messages`, `active`, `lastip`, `lasttime`, `over_quota`,"
                    + " `messages`,"
                    + " `bytes`), UPDATE (`lastip`, `lasttime`, `messages`, `bytes`) ON `m_l`.`user` TO"
                    + " `postern`@`localhost`");

    @Test
    void whatTheServerShowsIsWhatTheFileGives() {
        assertThat(AccountRights.of("postern@localhost", MARIADB).own()).isEqualTo(GrantSet.shipped("postern", "m_l"));
        assertThat(compare(MARIADB)).isEmpty();
    }

    @Test
    void eachAccountHasItsOwn() {
        assertThat(GrantSet.shipped("postfix", "mail"))
                .contains(new GrantedPrivilege("SELECT", GrantObject.table("mail", "domain"), "transport"))
                .noneMatch(right -> right.privilege().equals("UPDATE"));
        assertThat(GrantSet.shipped("nobody", "mail")).isEmpty();
    }

    @Test
    void tooFewAreGranted() {
        assertThat(compare(List.of(
                        MARIADB.get(1), MARIADB.get(2), MARIADB.get(3).replace(", UPDATE (`lastip`,", ", UPDATE ("))))
                .containsExactly(
                        "'postern'@'localhost': may not UPDATE (`lastip`) on m_l.user; GRANT UPDATE (`lastip`) ON"
                                + " `m_l`.`user` TO 'postern'@'localhost'");
    }

    @Test
    void tooManyAreRevoked() {
        assertThat(compare(List.of(
                        "GRANT USAGE ON *.* TO `postern`@`localhost`",
                        MARIADB.get(1),
                        MARIADB.get(2),
                        MARIADB.get(3),
                        "GRANT SELECT (`password`), DELETE ON `m_l`.`user` TO `postern`@`localhost` WITH GRANT OPTION",
                        "GRANT FILE, PROCESS ON *.* TO `postern`@`localhost`",
                        "GRANT `admins`@`%` TO `postern`@`localhost`")))
                .containsExactly(
                        "'postern'@'localhost': may SELECT (`password`), DELETE, GRANT OPTION on m_l.user,"
                                + " which it has no"
                                + " need of; REVOKE SELECT (`password`), DELETE, GRANT OPTION ON `m_l`.`user` FROM"
                                + " 'postern'@'localhost', then grants.sql again",
                        "'postern'@'localhost': may FILE, PROCESS on *.*, which it has no need of; REVOKE FILE,"
                                + " PROCESS ON"
                                + " *.* FROM 'postern'@'localhost', then grants.sql again",
                        "'postern'@'localhost': may ROLE `admins`@`%`, which it has no need of; REVOKE"
                                + " `admins`@`%` FROM"
                                + " 'postern'@'localhost', then grants.sql again");
    }

    @Test
    void aRightToEverythingIsOneTooManyAndNoneTooFew() {
        assertThat(compare(List.of("GRANT ALL PRIVILEGES ON `m\\_l`.* TO `postern`@`localhost`")))
                .containsExactly(
                        "'postern'@'localhost': may ALL PRIVILEGES on m_l.*, which it has no need of; REVOKE ALL"
                                + " PRIVILEGES ON `m\\_l`.* FROM 'postern'@'localhost', then grants.sql again");
        assertThat(compare(List.of("GRANT ALL PRIVILEGES ON *.* TO 'postern'@'localhost'")))
                .hasSize(1);
    }

    /**
     * As MariaDB 10.11.19, 11.8.9 and MySQL 9.7.4 show them: an unneeded right, and the statement that takes it away.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    EXECUTE ON PROCEDURE `m_l`.`p`           | EXECUTE on PROCEDURE m_l.p
                    EXECUTE, ALTER ROUTINE ON FUNCTION `m`.`f` | EXECUTE, ALTER ROUTINE on FUNCTION m.f
                    EXECUTE ON PACKAGE BODY `m`.`p`          | EXECUTE on PACKAGE BODY m.p
                    PROXY ON ``@`%`                          | PROXY on @%
                    PROXY ON `x`@`localhost`                 | PROXY on x@localhost
                    SELECT ON `m_l`.`my table`               | SELECT on m_l.my table
                    SELECT ON `a.b`.`c.d`                    | SELECT on a.b.c.d
                    SELECT (`od``d,(x)`) ON `m_l`.`user`     | SELECT (`od``d,(x)`) on m_l.user
                    SELECT ON `ma%l\\_x`.*                   | SELECT on ma%l_x.*
                    AUDIT_ADMIN,BACKUP_ADMIN ON *.*          | AUDIT_ADMIN, BACKUP_ADMIN on *.*
                    """)
    void everyKindOfObjectIsNamed(String granted, String named) {
        List<String> shown = new ArrayList<>(MARIADB);
        shown.add("GRANT " + granted + " TO `postern`@`localhost`");
        shown.add("GRANT USAGE ON *.* TO `postern`@`localhost` IDENTIFIED VIA unix_socket REQUIRE SSL");
        shown.add("SET DEFAULT ROLE NONE FOR `postern`@`localhost`");
        shown.add("REVOKE INSERT ON `m_l`.* FROM `postern`@`localhost`");
        String statement = granted.replace("AUDIT_ADMIN,BACKUP", "AUDIT_ADMIN, BACKUP");
        assertThat(compare(shown))
                .containsExactly("'postern'@'localhost': may " + named + ", which it has no need of; REVOKE "
                        + statement + " FROM 'postern'@'localhost', then grants.sql again");
    }

    /** Quoted as a session with ANSI_QUOTES sees it. */
    @Test
    void quotesOfEitherKindAreRead() {
        assertThat(AccountRights.of(
                                "o'brien @x@%",
                                List.of("GRANT SELECT (\"a b\"), INSERT ON \"m_l\".\"user\" TO \"o'brien @x\"@\"%\""))
                        .own())
                .containsExactly(
                        new GrantedPrivilege("SELECT", GrantObject.table("m_l", "user"), "a b"),
                        new GrantedPrivilege("INSERT", GrantObject.table("m_l", "user"), ""));
    }

    /** What stock MariaDB gives to PUBLIC is not the account's, and matters where it is about our database. */
    @Test
    void rightsOfEverybodyAndOfRolesAreNotTheAccounts() {
        List<String> shown = new ArrayList<>(MARIADB);
        shown.add("GRANT SELECT, DELETE HISTORY ON `test\\_%`.* TO PUBLIC");
        shown.add("GRANT DELETE ON `m_l`.* TO `role`");
        assertThat(compare(shown)).isEmpty();
        shown.add("GRANT SELECT ON `m%`.* TO PUBLIC");
        assertThat(compare(shown))
                .containsExactly(
                        "every account: may SELECT on m%.*, which it has no need of; REVOKE SELECT ON `m%`.* FROM"
                                + " PUBLIC, then grants.sql again");
        assertThat(compare(List.of("GRANT ALL PRIVILEGES ON `m%`.* TO PUBLIC"))).hasSize(1);
    }

    @Test
    void aRoleThatComesWithAnAccountsHostIsRead() {
        List<String> shown = new ArrayList<>(MARIADB);
        shown.add("GRANT `r1`@`%`,`r2`@`%` TO `postern`@`localhost` WITH ADMIN OPTION");
        assertThat(compare(shown))
                .singleElement()
                .asString()
                .contains("may ROLE `r1`@`%`, ROLE `r2`@`%`")
                .contains("REVOKE `r1`@`%`, `r2`@`%` FROM 'postern'@'localhost'");
    }

    private static List<String> compare(List<String> shown) {
        CheckReport report = new CheckReport();
        AccountRights has = AccountRights.of("postern@localhost", shown);
        new GrantsCheck("postern@localhost", has, GrantSet.shipped("postern", "m_l")).examine(report);
        return report.findings().stream().map(Finding::toString).toList();
    }
}
