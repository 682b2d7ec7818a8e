package dev.postern.check.dovecot;

import dev.postern.check.host.ProgramRunner;
import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Dovecot's plugin last_login, where it is switched on. */
final class LastLoginCheck {

    private static final String NAME = "last_login";

    /** Service, address and then names, in this order. */
    private static final Pattern KEY =
            Pattern.compile("last-login/%L?(s|\\{service\\})/%L?(r|\\{rip\\}|\\{remote_ip\\})/(?<names>.*%.*)");

    /** One of these variables distinguishes a master user's login into a mailbox from its owner's. */
    private static final Pattern LOGIN_NAME = Pattern.compile("%\\{(userdb:master_user|auth_user)\\b.*");

    /** Services that load plugins and serve no clients. */
    private static final List<String> NOT_CLIENTS = List.of("lmtp", "lda", "doveadm");

    private final AgentConfig config;
    private final DovecotConfig dovecot;
    private final ProgramRunner programs;
    private final CheckReport report;

    LastLoginCheck(AgentConfig config, DovecotConfig dovecot, ProgramRunner programs, CheckReport report) {
        this.config = config;
        this.dovecot = dovecot;
        this.programs = programs;
        this.report = report;
    }

    /** Whether it is to report a protocol's logins to the agent. */
    boolean isReported(String protocol) {
        return dovecot.plugins(protocol).contains(NAME) && dovecot.dict(NAME) != null;
    }

    /** Whether it can. */
    void examine(Set<String> protocols) {
        Path dict = dovecot.dict(NAME);
        if (dict == null || protocols.stream().noneMatch(this::isReported)) {
            return;
        }
        if (isOurs(dict) && !KEY.matcher(key()).matches()) {
            report.problem(
                    CheckName.LOGINS,
                    "Dovecot's last_login_key",
                    "lacks service, address and user, which the agent needs",
                    "last_login_key = " + shipped());
        } else if (isOurs(dict) && dovecot.hasMasterUsers() && !namesTheLogin()) {
            report.problem(
                    CheckName.LOGINS,
                    "Dovecot's last_login_key",
                    "does not distinguish a master user's login into a mailbox from its owner's",
                    "last_login_key = " + shipped());
        } else if (isOurs(dict)
                && NOT_CLIENTS.stream()
                        .anyMatch(protocol -> dovecot.plugins(protocol).contains(NAME))) {
            report.problem(
                    CheckName.LOGINS,
                    "Dovecot's mail_plugins",
                    "have last_login for deliveries too, which are not logins",
                    "last_login in protocol imap and protocol pop3 alone");
        }
    }

    private boolean namesTheLogin() {
        Matcher key = KEY.matcher(key());
        return key.matches() && LOGIN_NAME.matcher(key.group("names")).lookingAt();
    }

    private String shipped() {
        return "last-login/"
                + (dovecot.is24()
                        ? "%{service}/%{remote_ip}/%{userdb:master_user | default('')}/%{user}"
                        : "%s/%r/%{userdb:master_user}/%u");
    }

    /** Reports a dict of another server. */
    private boolean isOurs(Path dict) {
        return new DictTarget(config, report).isOurs(CheckName.LOGINS, NAME, dict);
    }

    /** Not among what doveconf prints by default: it takes it for a password. */
    private String key() {
        for (String name : new String[] {"plugin/last_login_key", "last_login/last_login_key"}) {
            ProgramRunner.@Nullable ProgramResult said = programs.run("doveconf", "-P", "-h", name);
            if (said != null && said.status() == 0 && !said.out().isBlank()) {
                return said.out().strip();
            }
        }
        return "";
    }
}
