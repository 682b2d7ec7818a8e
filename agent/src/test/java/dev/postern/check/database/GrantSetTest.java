package dev.postern.check.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.report.CheckReport;
import dev.postern.check.report.Finding;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GrantSetTest {

    private static final List<String> MARIADB = List.of(
            "GRANT USAGE ON *.* TO `postern`@`localhost` IDENTIFIED BY PASSWORD '*B69027D44F6E5EDC07F1AEAD1477967B16F28227'",
            "GRANT SELECT, INSERT, UPDATE ON `m_l`.`postern_checkpoint` TO `postern`@`localhost`",
            "GRANT SELECT (`recipient`, `direction`, `email`) ON `m_l`.`subscription` TO `postern`@`localhost`",
            "GRANT SELECT (`max_bytes`, `email`, `max_messages`, `active`, `lastip`, `lasttime`, `over_quota`, `messages`,"
                    + " `bytes`), UPDATE (`lastip`, `lasttime`, `messages`, `bytes`) ON `m_l`.`user` TO"
                    + " `postern`@`localhost`");

    @Test
    void whatTheServerShowsIsWhatTheFileGives() {
        assertThat(GrantSet.shown(MARIADB)).isEqualTo(GrantSet.shipped("postern", "m_l"));
        assertThat(compare(MARIADB)).isEmpty();
    }

    @Test
    void eachAccountHasItsOwn() {
        assertThat(GrantSet.shipped("postfix", "mail"))
                .contains(new GrantedPrivilege("SELECT", "mail.domain", "transport"))
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
                        "'postern'@'localhost': may SELECT (`password`), DELETE, GRANT OPTION on m_l.user, which it has no"
                                + " need of; REVOKE SELECT (`password`), DELETE, GRANT OPTION ON `m_l`.`user` FROM"
                                + " 'postern'@'localhost', then grants.sql again",
                        "'postern'@'localhost': may FILE, PROCESS on *.*, which it has no need of; REVOKE FILE, PROCESS ON"
                                + " *.* FROM 'postern'@'localhost', then grants.sql again",
                        "'postern'@'localhost': may ROLE `admins`@`%`, which it has no need of; REVOKE `admins`@`%` FROM"
                                + " 'postern'@'localhost', then grants.sql again");
    }

    @Test
    void aRightToEverythingIsOneTooManyAndNoneTooFew() {
        assertThat(compare(List.of("GRANT ALL PRIVILEGES ON `m\\_l`.* TO `postern`@`localhost`")))
                .containsExactly(
                        "'postern'@'localhost': may ALL PRIVILEGES on m_l.*, which it has no need of; REVOKE ALL"
                                + " PRIVILEGES ON `m_l`.* FROM 'postern'@'localhost', then grants.sql again");
        assertThat(compare(List.of("GRANT ALL PRIVILEGES ON *.* TO 'postern'@'localhost'")))
                .hasSize(1);
    }

    private static List<String> compare(List<String> shown) {
        CheckReport report = new CheckReport();
        Set<GrantedPrivilege> has = GrantSet.shown(shown);
        new GrantsCheck("postern@localhost", has, GrantSet.shipped("postern", "m_l")).examine(report);
        return report.findings().stream().map(Finding::toString).toList();
    }
}
