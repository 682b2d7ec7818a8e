package dev.postern.check.dovecot;

import dev.postern.check.database.OtherAccounts;
import dev.postern.check.host.Account;
import dev.postern.check.host.Accounts;
import dev.postern.check.host.Programs;
import dev.postern.check.host.Reach;
import dev.postern.check.report.Check;
import dev.postern.check.report.Report;
import dev.postern.config.AgentConfig;
import java.nio.file.Path;

/** Everything about the Dovecot of this host. */
public final class DovecotCheck {

    private final AgentConfig config;
    private final Programs programs;
    private final Accounts accounts;
    private final OtherAccounts others;

    /**
     * Looks at nothing yet.
     *
     * @param others to which Dovecot's accounts on the database are added, for a look at them all
     */
    public DovecotCheck(AgentConfig config, Programs programs, Accounts accounts, OtherAccounts others) {
        this.config = config;
        this.programs = programs;
        this.accounts = accounts;
        this.others = others;
    }

    public void examine(Report report) {
        Programs.Ended doveconf = programs.run("doveconf");
        if (doveconf == null) {
            report.unchecked(Check.LOGINS, "there is no doveconf here");
        } else if (doveconf.status() != 0) {
            report.problem(
                    Check.LOGINS,
                    "Dovecot's configuration",
                    "cannot be read: " + doveconf.err().strip().replaceAll("(?s).*\n", ""),
                    "see doveconf -n, as root");
        } else {
            examine(report, new Dovecot(Settings.parse(doveconf.out()), accounts));
        }
    }

    private void examine(Report report, Dovecot dovecot) {
        Reach reach = new Reach(report);
        HookCheck hooks = new HookCheck(config, dovecot, reach, report);
        new LoginsCheck(config, dovecot, hooks, new LastLogin(config, dovecot, programs, report), report).examine();
        new FiguresCheck(config, dovecot, hooks, report).examine();
        mailSockets(report, dovecot, reach);
        new SqlAccounts(dovecot, programs, config.mysql(), others, report).gather();
    }

    /** The dict's and the warnings' sockets, to which whoever owns the mail connects. */
    private void mailSockets(Report report, Dovecot dovecot, Reach reach) {
        Account mail = dovecot.mailAccount();
        if (config.dict() == null && config.warning() == null) {
            return;
        }
        if (mail == null) {
            report.unchecked(Check.SOCKETS, "Dovecot has no one mail_uid that would connect to them");
            return;
        }
        if (config.dict() != null) {
            socket(reach, mail, config.dict().socket(), "dict");
        }
        if (config.warning() != null && config.warning().quota() != null) {
            socket(reach, mail, config.warning().quota(), "warning");
        }
        if (config.warning() != null && config.warning().over() != null) {
            socket(reach, mail, config.warning().over(), "warning");
        }
    }

    private void socket(Reach reach, Account mail, Path socket, String section) {
        String group = accounts.groupName(mail.gids().iterator().next());
        reach.socket(
                mail,
                socket.getRoot(),
                socket,
                section,
                "group = \"" + group + "\" in [" + section + "], then systemctl restart postern");
    }
}
