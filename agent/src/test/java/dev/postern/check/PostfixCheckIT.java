package dev.postern.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.DovecotVersion;
import dev.postern.testing.PostfixServer.PostfixForm;
import dev.postern.testing.RealServers;
import dev.postern.testing.TestDatabase;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each form of {@code postfix/} is sound, and so is all that is around it; broken in one way, it has that one finding.
 */
@ExtendWith(DatabaseExtension.class)
class PostfixCheckIT {

    private static final String EVERYBODY = "permit_mynetworks, permit_sasl_authenticated, ";

    private static Installation host;

    @BeforeAll
    static void start(TestDatabase database, @TempDir Path directory) {
        if (database.socket() == null) {
            RealServers.missing("Dovecot's shipped configuration needs the database's socket");
        }
        host = Installation.start(
                directory, database, DovecotVersion.V2_3, "90-postern.conf", "91-postern-scripts.conf");
        database.execute(
                "INSERT INTO domain (domain) VALUES ('example.org')",
                "INSERT INTO user (email, max_messages, messages) VALUES ('full@example.org', 1, 1),"
                        + " ('alice@example.org', 0, 0)",
                "INSERT INTO user (email, active) VALUES ('gone@example.org', 'N')",
                "INSERT INTO subscription (direction, email, recipient) VALUES ('I', 'list@example.org',"
                        + " 'alice@example.org'),"
                        + " ('I', 'list@example.org', 'full@example.org')");
    }

    @AfterAll
    static void stop() {
        if (host != null) {
            host.close();
        }
    }

    @ParameterizedTest
    @EnumSource(PostfixForm.class)
    void eachFormIsSound(PostfixForm form) {
        host.postfixForm(form);
        CheckProcess.CheckResult result = host.run();
        assertThat(result.out() + result.err()).isEmpty();
        assertThat(result.exit()).isZero();
    }

    @Test
    void theDelimiterIsTheSameInThreeProgramsAndThreeMaps() {
        host.postfixForm(PostfixForm.POLICY);
        host.postconf("-e", "recipient_delimiter=+-");
        try {
            assertThat(host.check())
                    .hasSize(2)
                    .anySatisfy(line -> assertThat(line)
                            .startsWith("Postfix's recipient_delimiter: is \"+-\", and the agent has \"+\"; [address]"
                                    + " recipient_delimiter = \"+-\", then systemctl restart postern"))
                    .anySatisfy(line -> assertThat(line)
                            .contains("mailbox.cf: has the delimiters \"+\"", "alias.cf", "subscribers.cf"));
        } finally {
            host.postconf("-e", "recipient_delimiter=+");
        }
    }

    @TestFactory
    Stream<DynamicTest> policyForm() {
        return tests(
                PostfixForm.POLICY,
                InjectedFault.ofPostfix(
                        "Postfix's smtputf8_enable: takes mail that needs SMTPUTF8, which Dovecot's LMTP does"
                                + " not offer: it is"
                                + " bounced; smtputf8_enable = no in main.cf",
                        "smtputf8_enable=yes"),
                InjectedFault.ofPostfix(
                        "Postfix's virtual_alias_expansion_limit: is 1, and a list has 2 subscribers: mail to"
                                + " it is deferred"
                                + " for ever; virtual_alias_expansion_limit = 100000 in main.cf",
                        "virtual_alias_expansion_limit=1"),
                InjectedFault.ofTable(
                        "alias.cf",
                        "\\[+\\]",
                        "[-+]",
                        "Postfix's " + host.postfix().configDirectory()
                                + "/mysql/alias.cf: has the delimiters \"-+\", and recipient_delimiter"
                                + " is \"+\"; the sed line of postfix/README.md under recipient_delimiter"),
                InjectedFault.ofPostfix(
                        "Postfix's smtpd_recipient_restrictions: asks for recent logins: its OK skips all that"
                                + " follows there;"
                                + " in smtpd_relay_restrictions, between permit_auth_destination and"
                                + " reject_unauth_destination, and not in smtpd_recipient_restrictions",
                        "smtpd_recipient_restrictions=$postern_login_check, reject_unlisted_recipient,"
                                + " $postern_quota_check"),
                InjectedFault.ofPostfix(
                        "Postfix's smtpd_relay_restrictions: asks for recent logins after every client has been"
                                + " refused;",
                        "smtpd_relay_restrictions=" + EVERYBODY + "reject_unauth_destination, $postern_login_check"),
                InjectedFault.ofPostfix(
                        "Postfix's smtpd_recipient_restrictions: asks for full mailboxes before it is known"
                                + " that there is such"
                                + " a mailbox; reject_unlisted_recipient before postern_quota_check",
                        "smtpd_recipient_restrictions=$postern_quota_check, reject_unlisted_recipient"),
                InjectedFault.ofPostfix(
                        "Postfix's smtpd_recipient_restrictions: asks for full mailboxes after every client has"
                                + " been answered;",
                        "smtpd_recipient_restrictions=reject_unlisted_recipient, permit, $postern_quota_check"),
                InjectedFault.ofPostfix(
                        "Postfix's smtpd_relay_restrictions: asks for full mailboxes: that is asked too early"
                                + " or too late; in"
                                + " smtpd_recipient_restrictions, after reject_unlisted_recipient",
                        "smtpd_relay_restrictions=permit_auth_destination, $postern_login_check, $postern_quota_check,"
                                + " reject_unauth_destination"),
                InjectedFault.ofPostfix(
                        "Postfix: does not ask for recent logins: no login opens the relay; postern_login_check after",
                        "smtpd_relay_restrictions=" + EVERYBODY + "reject_unauth_destination"),
                InjectedFault.ofPostfix(
                        "Postfix's smtpd_relay_restrictions: asks for recent logins for mail to this server"
                                + " too, which is put off and"
                                + " not refused while the agent is away; permit_auth_destination before"
                                + " postern_login_check",
                        "smtpd_relay_restrictions=" + EVERYBODY + "$postern_login_check, reject_unauth_destination"),
                InjectedFault.ofPostfix(
                        "Postfix's mydestination: has example.org, which is a domain of the table: its"
                                + " mailboxes are unknown"
                                + " to Postfix; postconf -e 'mydestination=localhost, host.invalid' && postfix reload",
                        "mydestination=localhost, example.org, host.invalid"),
                InjectedFault.ofDatabase(
                        "UPDATE domain SET transport = 'nosuch:'",
                        "UPDATE domain SET transport = 'dovecot:'",
                        "Postfix's master.cf: has no service nosuch, by which table domain has mail delivered;"
                                + " postconf -M"
                                + " nosuch/unix="),
                InjectedFault.of(
                        "chmod o=r " + host.postfix().configDirectory() + "/mysql/alias.cf",
                        "chmod o= " + host.postfix().configDirectory() + "/mysql/alias.cf",
                        "Postfix's " + host.postfix().configDirectory()
                                + "/mysql/alias.cf: has a password in it and can be read by every account; chmod o= "),
                InjectedFault.ofPostfix(
                        "Postfix's smtpd_data_restrictions: asks whether the message fits: the size is not"
                                + " known there; in"
                                + " smtpd_end_of_data_restrictions",
                        "smtpd_data_restrictions=$postern_size_check",
                        "smtpd_end_of_data_restrictions="),
                InjectedFault.ofPostfix(
                        "Postfix's smtpd_relay_restrictions: goes on with a broken connection after one"
                                + " failure: only one"
                                + " try; Postfix's smtpd_recipient_restrictions: goes on with a broken"
                                + " connection after one"
                                + " failure: only one try; Postfix's smtpd_end_of_data_restrictions: goes on"
                                + " with a broken"
                                + " connection after one failure: only one try; try_limit=2 in postern_policy",
                        "postern_policy=unix:postern/policy, timeout=3s, try_limit=1"),
                InjectedFault.ofPostfix(
                        "Postfix's smtpd_relay_restrictions: goes on with a broken connection after one"
                                + " failure: only one"
                                + " try; Postfix's smtpd_recipient_restrictions: goes on with a broken"
                                + " connection after one"
                                + " failure: only one try; Postfix's smtpd_end_of_data_restrictions: goes on"
                                + " with a broken"
                                + " connection after one failure: only one try; postconf -e"
                                + " smtpd_policy_service_try_limit=2 && postfix reload",
                        "postern_policy=unix:postern/policy, timeout=3s",
                        "smtpd_policy_service_try_limit=1"),
                InjectedFault.ofPostfix(
                        "Postfix's smtpd_recipient_restrictions: puts off all mail while the agent is away;"
                                + " default_action=DUNNO in postern_quota_check",
                        "postern_quota_check=check_policy_service { $postern_policy, policy_context=quota }"),
                InjectedFault.ofPostfix(
                        "Postfix's smtpd_relay_restrictions: lets every client relay while the agent is away; {"
                                + " default_action ="
                                + " DEFER_IF_REJECT",
                        "postern_login_check=check_policy_service { $postern_policy, policy_context=pop-before-smtp,"
                                + " default_action=permit }"),
                InjectedFault.ofPostfixBy(
                        "-P",
                        "Postfix's " + submission()
                                + ": lets in every client that shares an address with a login: it is for"
                                + " clients that log in there; postconf -P",
                        submission()
                                + "/smtpd_relay_restrictions=permit_sasl_authenticated,$postern_login_check,reject"),
                InjectedFault.ofPostfix(
                        "Postfix's unix:" + queue() + "/postern/policy: is " + queue() + queue()
                                + "/postern/policy, where the agent does not listen: it has " + queue()
                                + "/postern/policy; unix:postern/policy in main.cf",
                        "postern_policy=unix:$queue_directory/postern/policy, timeout=3s"),
                InjectedFault.ofPostfix(
                        "Postfix: does not ask whether a mailbox is full; postern_quota_check after",
                        "postern_quota_check=",
                        "postern_size_check="),
                InjectedFault.ofPostfix(
                        "Postfix's mynetworks: asks for recent logins: any answer makes a client one of its own;",
                        "mynetworks=127.0.0.0/8 socketmap:unix:postern/lookup:pop-before-smtp"),
                InjectedFault.of(
                        "chmod 2700 " + queue() + "/postern",
                        "chmod 2750 " + queue() + "/postern",
                        queue() + "/postern/policy: user postfix has to connect to it and cannot pass " + queue()
                                + "/postern; chmod g+x " + queue() + "/postern"),
                InjectedFault.of(
                        "chgrp postern " + queue() + "/postern/policy",
                        "chgrp postfix " + queue() + "/postern/policy",
                        queue() + "/postern/policy: user postfix has to connect to it and cannot; chgrp postfix "
                                + queue() + "/postern && chmod 2750 " + queue()
                                + "/postern, then systemctl restart postern"));
    }

    @TestFactory
    Stream<DynamicTest> socketmapForm() {
        return tests(
                PostfixForm.SOCKETMAP,
                InjectedFault.ofPostfix(
                        "Postfix's smtpd_relay_restrictions: asks for recent logins for mail to this server"
                                + " too, which waits while"
                                + " the agent is away; permit_auth_destination before postern_login_check",
                        "smtpd_relay_restrictions=" + EVERYBODY + "$postern_login_check, reject_unauth_destination"),
                InjectedFault.ofPostfix(
                        "Postfix's unix:postern/other: is " + queue()
                                + "/postern/other, where the agent does not listen:",
                        "postern_quota_check=check_recipient_access socketmap:unix:postern/other:quota"));
    }

    @TestFactory
    Stream<DynamicTest> mysqlForm() {
        return tests(
                PostfixForm.MYSQL,
                InjectedFault.ofTable(
                        "quota.cf",
                        "452 4.2.2 Mailbox",
                        "552 5.2.2 Mailbox",
                        "Postfix's question for full mailboxes: is answered \"OK 552 5.2.2 Mailbox is over quota\" for"
                                + " full@example.org, where the agent answers \"OK 452 4.2.2 Mailbox is over"
                                + " quota\"; quota.reply"),
                InjectedFault.ofTable(
                        "quota.cf",
                        "AND over_quota",
                        "AND NOT over_quota",
                        "Postfix's question for full mailboxes: is answered \"OK 452 4.2.2 Mailbox is over quota\" for"
                                + " alice@example.org, where the agent answers \"NOTFOUND\"; is answered"
                                + " \"NOTFOUND\" for"
                                + " full@example.org, where the agent answers \"OK 452 4.2.2 Mailbox is over"
                                + " quota\"; hosts,"
                                + " dbname and query"),
                InjectedFault.ofTable(
                        "domain.cf",
                        "^password = .*",
                        "password = wrong",
                        "Postfix's " + host.postfix().configDirectory()
                                + "/mysql/domain.cf: cannot be asked: postmap: "),
                InjectedFault.ofDatabase(
                        "REVOKE SELECT (lastip) ON user FROM 'postfix'@'localhost'",
                        "GRANT SELECT (lastip) ON user TO 'postfix'@'localhost'",
                        "'postfix'@'localhost': may not SELECT (`lastip`) on "),
                InjectedFault.ofDatabase(
                        "GRANT UPDATE (lastip) ON user TO 'postfix'@'localhost'",
                        "REVOKE UPDATE (lastip) ON user FROM 'postfix'@'localhost'",
                        "'postfix'@'localhost': may UPDATE (`lastip`) on "),
                InjectedFault.ofDatabase(
                        "ALTER TABLE domain DROP INDEX domain",
                        "ALTER TABLE domain ADD UNIQUE INDEX domain (domain)",
                        "Postfix's " + host.postfix().configDirectory()
                                + "/mysql/domain.cf: reads all of table domain; Postfix's "
                                + host.postfix().configDirectory()
                                + "/mysql/alias.cf: reads all of table d; Postfix's "
                                + host.postfix().configDirectory()
                                + "/mysql/subscribers.cf: reads all of table d; Postfix's "
                                + host.postfix().configDirectory()
                                + "/mysql/transport.cf: reads all of table domain; ALTER TABLE `domain` ADD"
                                + " UNIQUE INDEX"));
    }

    @Test
    void aTableThatNamesAnotherSocketThanTheServersGetsTheLineThatNamesIt() {
        host.postfixForm(PostfixForm.MYSQL);
        String tables = host.postfix().configDirectory() + "/mysql/";
        assertThat(host.checkWithoutSocket(
                        tables + "domain.cf",
                        "^hosts = .*",
                        "hosts = unix:/run/none/mysqld.sock unix:/run/none/mysqld.sock"))
                .singleElement()
                .asString()
                .startsWith("Postfix's " + tables + "domain.cf: cannot be asked: postmap: ")
                .containsPattern("; sed -i 's#unix:/run/none/mysqld\\.sock#unix:\\S+\\.sock#g' ")
                .endsWith("#g' " + tables + "*.cf && postfix reload");
    }

    @Test
    void aTableThatTakesTheServersZoneForUtcIsFound() {
        host.postfixForm(PostfixForm.MYSQL);
        host.database().execute("SET GLOBAL time_zone = '+03:00'");
        try {
            assertThat(host.check()).isEmpty();
            InjectedFault.ofTable(
                            "pop-before-smtp.cf",
                            "UTC_TIMESTAMP(6) -",
                            "NOW(6) -",
                            "Postfix's " + host.postfix().configDirectory()
                                    + "/mysql/pop-before-smtp.cf: compares with the time of the database's own zone")
                    .assertFoundAlone(host);
        } finally {
            host.database().execute("SET GLOBAL time_zone = 'SYSTEM'");
        }
    }

    private static String submission() {
        return "127.0.0.1:" + host.postfix().submissionPort() + "/inet";
    }

    private static Path queue() {
        return host.postfix().queueDirectory();
    }

    private static Stream<DynamicTest> tests(PostfixForm form, InjectedFault... breakages) {
        return Stream.of(breakages)
                .map(breakage -> DynamicTest.dynamicTest(breakage.toString(), () -> {
                    host.postfixForm(form);
                    breakage.assertFoundAlone(host);
                }));
    }
}
