package dev.postern.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testing.DatabaseExtension;
import dev.postern.testing.DovecotVersion;
import dev.postern.testing.RealServers;
import dev.postern.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Each way of {@code dovecot/} is sound as it is shipped; broken in one way, it has that one finding. */
@ParameterizedClass
@EnumSource(DovecotCheckIT.HookSetup.class)
@ExtendWith(DatabaseExtension.class)
class DovecotCheckIT {

    /** The files that are installed. */
    enum HookSetup {
        SCRIPTS_2_3(DovecotVersion.V2_3, "91-postern-scripts.conf"),
        NATIVE_2_3(DovecotVersion.V2_3, "91-postern-native.conf"),
        POSTLOGIN_2_3(DovecotVersion.V2_3, "91-postern-native.conf", "93-postern-postlogin.conf.example"),
        QUOTA_DICT_2_3(DovecotVersion.V2_3, "91-postern-native.conf", "95-postern-quota-dict.conf.example"),
        SCRIPTS_2_4(DovecotVersion.V2_4, "91-postern-scripts.conf"),
        NATIVE_2_4(DovecotVersion.V2_4, "91-postern-native.conf"),
        POSTLOGIN_2_4(DovecotVersion.V2_4, "91-postern-native.conf", "93-postern-postlogin.conf.example");

        private final DovecotVersion version;
        private final String files;

        HookSetup(DovecotVersion version, String... files) {
            this.version = version;
            this.files = "90-postern.conf " + String.join(" ", files);
        }

        private String[] files() {
            return files.split(" ", -1);
        }

        private boolean is(String kind) {
            return name().startsWith(kind);
        }
    }

    private static Installation host;

    private final HookSetup way;

    DovecotCheckIT(HookSetup way) {
        this.way = way;
    }

    @BeforeParameterizedClassInvocation
    static void start(HookSetup way, TestDatabase database, @TempDir Path directory) {
        if (database.socket() == null) {
            RealServers.missing("Dovecot's shipped configuration needs the database's socket");
        }
        host = Installation.start(directory, database, way.version, way.files());
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (host != null) {
            host.close();
            host = null;
        }
    }

    @Test
    void isSoundAsShipped() {
        CheckProcess.CheckResult result = host.run();
        assertThat(result.out() + result.err()).isEmpty();
        assertThat(result.exit()).isZero();
    }

    @Test
    void anAccountThatIsNotLetInIsSaidWithoutItsPassword() {
        String sql = "/etc/dovecot/postern-sql.conf.ext";
        host.beside("cp -a " + sql + " " + sql + ".sound && sed -i s/dovecot-secret/wrong-secret/ " + sql);
        try {
            CheckProcess.CheckResult result = host.run();
            assertThat(result.out().lines())
                    .singleElement()
                    .asString()
                    .startsWith(
                            "postern: Dovecot's account dovecot: the server does not let dovecot in: wrong password?");
            assertThat(result.out() + result.err()).doesNotContain("wrong-secret");
        } finally {
            host.beside("mv " + sql + ".sound " + sql);
        }
    }

    @Test
    void anotherSocketThanTheServersGetsTheLineThatNamesIt() {
        String sql = "/etc/dovecot/postern-sql.conf.ext";
        assertThat(host.checkWithoutSocket(sql, "/run/mysqld/mysqld.sock", "/run/none/mysqld.sock"))
                .singleElement()
                .asString()
                .startsWith("Dovecot's account dovecot: no answer from /run/none/mysqld.sock: ")
                .containsPattern("; sed -i 's#/run/none/mysqld\\.sock#\\S+\\.sock#' ")
                .endsWith("#' " + sql + " && doveadm reload");
    }

    @TestFactory
    Stream<DynamicTest> eachBreakageHasItsFinding() {
        List<Stream<InjectedFault>> all = List.of(
                ofAll(),
                way.is("SCRIPTS") ? ofScripts() : Stream.of(),
                way.is("NATIVE") ? ofNativeWays() : Stream.of(),
                way.is("POSTLOGIN") ? ofPostLoginSockets() : Stream.of(),
                way.is("QUOTA_DICT") ? ofQuotaInDict() : Stream.of());
        return all.stream()
                .flatMap(breakages -> breakages)
                .map(breakage -> DynamicTest.dynamicTest(breakage.toString(), () -> breakage.assertFoundAlone(host)));
    }

    private static Stream<InjectedFault> ofAll() {
        return Stream.of(
                InjectedFault.of(
                        "chmod o=r /etc/dovecot/postern-sql.conf.ext",
                        "chmod o= /etc/dovecot/postern-sql.conf.ext",
                        "Dovecot's /etc/dovecot/postern-sql.conf.ext: has a password in it and can be read by every"
                                + " account; chmod o= /etc/dovecot/postern-sql.conf.ext"),
                dovecot("no_such_setting = 1", "Dovecot's configuration: cannot be read: doveconf: Fatal: "),
                dovecot(
                        "service imap { executable = pop3 imap-postlogin }",
                        "Dovecot's service imap: runs pop3 in place of imap: logins fail; service imap { executable ="
                                + " imap imap-postlogin }"),
                dovecot(
                        "service pop3 { executable = pop3 /run/postern/none.sock }",
                        "Dovecot's service pop3: asks /run/postern/none.sock, where neither Dovecot nor the"
                                + " agent listens:"
                                + " logins fail; [postlogin] pop3 = \"/run/postern/none.sock\", then systemctl restart"
                                + " postern"),
                dovecot(
                        "service pop3 { executable = pop3 -t 10 /run/postern/imap-postlogin.sock }",
                        "Dovecot's service pop3: asks the agent's socket for imap: its logins are reported as"
                                + " that; service pop3 {"
                                + " executable = pop3 -t 5 /run/postern/pop3-postlogin.sock }"));
    }

    private Stream<InjectedFault> ofScripts() {
        String variable = way.version == DovecotVersion.V2_4 ? "$SET:" : "$";
        return Stream.of(
                dovecot(
                        "auth_username_chars = abcdefghijklmnopqrstuvwxyz@.",
                        "Dovecot's auth_username_chars: refuses names of mailboxes that Postfix takes mail for,"
                                + " which is"
                                + " bounced; auth_username_chars = (nothing behind it) in"),
                dovecot(
                        "recipient_delimiter = -",
                        "Dovecot's recipient_delimiter: is \"-\", and the agent has \"+\"; recipient_delimiter = + in"),
                InjectedFault.ofDatabase(
                        "REVOKE SELECT (max_bytes) ON user FROM 'dovecot'@'localhost'",
                        "GRANT SELECT (max_bytes) ON user TO 'dovecot'@'localhost'",
                        "'dovecot'@'localhost': may not SELECT (`max_bytes`) on "),
                InjectedFault.ofDatabase(
                        "GRANT UPDATE (bytes) ON user TO 'dovecot'@'localhost'",
                        "REVOKE UPDATE (bytes) ON user FROM 'dovecot'@'localhost'",
                        "'dovecot'@'localhost': may UPDATE (`bytes`) on "),
                dovecot(
                        "service imap { executable = imap }",
                        "Dovecot's service imap: reports no logins; install -m 0644 dovecot/" + way.version
                                + "/91-postern-scripts.conf /etc/dovecot/conf.d/ && doveadm reload"),
                dovecot(
                        "service imap { executable = imap no-such }",
                        "Dovecot's service imap: asks /run/dovecot/no-such, which has no listener: logins fail; service"
                                + " imap-postlogin { executable = script-login /usr/lib/postern/imap-postlogin; user = "
                                + variable + "default_internal_user; unix_listener no-such { } }"),
                dovecot(
                        "service imap-postlogin { executable = script-login /usr/lib/postern/pop3-postlogin }",
                        "Dovecot's service imap-postlogin: runs pop3-postlogin: its events are reported as"
                                + " something else;"
                                + " service imap-postlogin { executable = script-login"
                                + " /usr/lib/postern/imap-postlogin }"),
                dovecot(
                        "service imap-postlogin { executable = /usr/lib/postern/imap-postlogin }",
                        "Dovecot's service imap-postlogin: runs /usr/lib/postern/imap-postlogin without script-login;"),
                dovecot(
                        "service imap-postlogin { executable = script-login /opt/postern/imap-postlogin }",
                        "Dovecot's service imap-postlogin: runs /opt/postern/imap-postlogin, which is not"
                                + " there; install -d"
                                + " /opt/postern && cp -P hook-scripts/*-* /opt/postern"),
                dovecot(
                        "service imap-postlogin { executable = script-login /usr/bin/env"
                                + " POSTERN_EVENTS_SOCKET=/run/other.sock /usr/lib/postern/imap-postlogin }",
                        "Dovecot's service imap-postlogin: reports to /run/other.sock, where the agent does not"
                                + " look: it has"
                                + " /run/postern/events.sock; service imap-postlogin { executable ="
                                + " script-login /usr/bin/env"
                                + " POSTERN_EVENTS_SOCKET=/run/postern/events.sock /usr/lib/postern/imap-postlogin }"),
                dovecot(
                        "service imap-postlogin { executable = script-login /usr/bin/env POSTERN_SPOOL=/var/spool/other"
                                + " /usr/lib/postern/imap-postlogin }",
                        "Dovecot's service imap-postlogin: reports to /var/spool/other, where the agent does not look"),
                dovecot(
                        "service quota-warning { executable = script /usr/lib/postern/imap-postlogin }",
                        "Dovecot's service quota-warning: runs imap-postlogin: its events are reported as"
                                + " something else;"),
                dovecot(
                        "service quota-warning { executable = script /bin/true }",
                        "Dovecot: does not report how full a mailbox is; install"),
                dovecot(
                        "service quota-warning { extra_groups = }",
                        "/run/postern/events.sock: user vmail has to connect to it and cannot;"
                                + " /var/spool/postern: user vmail has to leave events there and cannot write; service"
                                + " quota-warning {"
                                + " extra_groups = " + variable + "default_internal_group }"),
                InjectedFault.of(
                        "chmod 0600 /run/postern/events.sock",
                        "chmod 0660 /run/postern/events.sock",
                        "/run/postern/events.sock: user dovecot has to connect to it and cannot; user vmail has"
                                + " to connect to it and cannot; mode = \"0660\" in"
                                + " [events], then systemctl restart postern"),
                InjectedFault.of(
                        "chmod 3700 /var/spool/postern",
                        "chmod 3730 /var/spool/postern",
                        "/var/spool/postern: user dovecot has to leave events there and cannot write; user vmail has"
                                + " to leave events there and cannot write; chmod 3730"
                                + " /var/spool/postern"),
                InjectedFault.ofConfig(
                        "[events]\nsocket = \"/run/postern/events.sock\"\ngroup = \"dovecot\"\nspool ="
                                + " \"/var/spool/postern\"\n",
                        "",
                        "Dovecot's service imap-postlogin: reports to the events socket, which is switched off;"
                                + " Dovecot's service"
                                + " pop3-postlogin: reports to the events socket, which is switched off;"
                                + " Dovecot's service"
                                + " quota-warning: reports to the events socket, which is switched off;"
                                + " [events] socket ="
                                + " \"/run/postern/events.sock\", then systemctl restart postern"));
    }

    private Stream<InjectedFault> ofNativeWays() {
        boolean old = way.version == DovecotVersion.V2_3;
        return Stream.concat(
                old ? Stream.of() : ofInboxes(),
                Stream.of(
                        dovecot(
                                old
                                        ? "protocol imap {\n mail_plugins = quota quota_clone\n}"
                                        : "protocol imap {\n mail_plugins {\n last_login = no\n}\n}",
                                "Dovecot's service imap: reports no logins;"),
                        dovecot(
                                old
                                        ? "plugin {\n last_login_key = last-login/%u\n}"
                                        : "last_login {\n key = last-login/%{user}\n}",
                                "Dovecot's last_login_key: lacks service, address and user, which the agent needs;"
                                        + " last_login_key = last-login/"
                                        + (old
                                                ? "%s/%r/%{userdb:master_user}/%u"
                                                : "%{service}/%{remote_ip}/%{userdb:master_user |"
                                                        + " default('')}/%{user}")),
                        dovecot(
                                old
                                        ? "plugin {\n last_login_key = last-login/%s/%r/%u\n}"
                                        : "last_login {\n key = last-login/%{service}/%{remote_ip}/%{user}\n}",
                                "Dovecot's last_login_key: does not distinguish a master user's login into a"
                                        + " mailbox from its owner's;"
                                        + " last_login_key = last-login/"),
                        dovecot(
                                "protocol lmtp {\n mail_plugins = sieve quota_clone\n}",
                                "Dovecot's protocol lmtp: has quota_clone without quota: no session begins;"
                                        + " protocol lmtp {"
                                        + (old
                                                ? " mail_plugins = $mail_plugins quota }"
                                                : " mail_plugins { quota = yes } }")),
                        dovecot(
                                "protocol lda {\n mail_plugins = sieve\n}",
                                "Dovecot's protocol lda: has no quota, quota_clone: what it does to a mailbox"
                                        + " is not counted;"
                                        + " protocol lda { mail_plugins"),
                        dovecot(
                                old
                                        ? "protocol lmtp {\n mail_plugins = $mail_plugins quota_clone last_login\n}"
                                        : "protocol lmtp {\n mail_plugins {\n last_login = yes\n}\n}",
                                "Dovecot's mail_plugins: have last_login for deliveries too, which are not logins;"),
                        dovecot(
                                old
                                        ? "plugin {\n quota_clone_dict =\n}"
                                        : Stream.of("imap", "pop3", "lmtp", "lda", "doveadm")
                                                .map(
                                                        "protocol %s {\n mail_plugins {\n quota_clone = no\n}\n}\n"
                                                                ::formatted)
                                                .collect(Collectors.joining()),
                                "Dovecot: does not report how full a mailbox is;"),
                        InjectedFault.ofMovedSocket(
                                "dict.sock",
                                "other.sock",
                                "Dovecot's last_login: reports to /run/postern/dict.sock, where the agent does"
                                        + " not listen; Dovecot's"
                                        + " quota_clone: reports to /run/postern/dict.sock, where the agent"
                                        + " does not listen; [dict] socket ="
                                        + " \"/run/postern/dict.sock\", then systemctl restart postern"),
                        InjectedFault.ofConfig(
                                "over = \"/run/postern/quota-over.sock\"",
                                "",
                                "Dovecot's quota warnings: go to /run/postern/quota-over.sock, where neither"
                                        + " Dovecot nor the agent"
                                        + " listens; [warning] over = \"/run/postern/quota-over.sock\", then"
                                        + " systemctl restart"
                                        + " postern"),
                        InjectedFault.of(
                                "chgrp postern /run/postern/dict.sock",
                                "chgrp vmail /run/postern/dict.sock",
                                "/run/postern/dict.sock: user vmail has to connect to it and cannot; group ="
                                        + " \"vmail\" in [dict],"
                                        + " then systemctl restart postern"),
                        InjectedFault.of(
                                "chmod 0700 /run/postern",
                                "chmod 0755 /run/postern",
                                "/run/postern/dict.sock: user vmail has to connect to it and cannot pass /run/postern;"
                                        + " /run/postern/quota-warning.sock: user vmail has to connect to it"
                                        + " and cannot pass"
                                        + " /run/postern; /run/postern/quota-over.sock: user vmail has to"
                                        + " connect to it and cannot"
                                        + " pass /run/postern; chmod o+x"
                                        + " /run/postern")));
    }

    private static Stream<InjectedFault> ofInboxes() {
        return Stream.of(
                dovecot(
                        "mail_inbox_path =",
                        "Dovecot's mail_inbox_path: is empty: INBOX is the folder .INBOX, and mail from Dovecot 2.3 is"
                                + " invisible; mail_inbox_path = ."),
                InjectedFault.of(
                        "mkdir -p /var/mail/virtual/example.org/x/.INBOX/cur && touch"
                                + " /var/mail/virtual/example.org/x/.INBOX/cur/1",
                        "rm -r /var/mail/virtual/example.org",
                        "/var/mail/virtual/example.org/x/.INBOX: has mail that no client sees: it came while"
                                + " mail_inbox_path was empty; see dovecot/README.md"));
    }

    private static Stream<InjectedFault> ofPostLoginSockets() {
        return Stream.of(InjectedFault.ofConfig(
                "imap = \"/run/postern/imap-postlogin.sock\"",
                "",
                "Dovecot's service imap: asks /run/postern/imap-postlogin.sock, where neither Dovecot nor the"
                        + " agent listens:"
                        + " logins fail; [postlogin] imap = \"/run/postern/imap-postlogin.sock\", then"
                        + " systemctl restart"
                        + " postern"));
    }

    private static Stream<InjectedFault> ofQuotaInDict() {
        return Stream.of(
                dovecot(
                        "plugin {\n quota2 = dict:Domain quota:%d:proxy:/run/postern/dict.sock:domainquota\n}",
                        "Dovecot's quota2: is a second quota root in the agent's dict, which adds the changes"
                                + " of one root"
                                + " alone; no quota2, or another dict for it, in"),
                dovecot(
                        "plugin {\n quota = dict:User quota::proxy:/run/other.sock:quota\n}",
                        "Dovecot's quota: reports to /run/other.sock, where the agent does not listen; [dict]"
                                + " socket ="));
    }

    /** Broken by settings that come after all others. */
    private static InjectedFault dovecot(String settings, String finding) {
        String blocks = settings.replaceAll("\\{ (.*?) }$", "{\n$1\n}") + "\n";
        return InjectedFault.of(
                "cat >/etc/dovecot/conf.d/99-last.conf <<'END'\n" + blocks + "END",
                "rm /etc/dovecot/conf.d/99-last.conf",
                finding);
    }
}
