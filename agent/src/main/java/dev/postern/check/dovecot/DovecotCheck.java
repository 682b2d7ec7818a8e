package dev.postern.check.dovecot;

import dev.postern.check.database.OtherAccountsCheck;
import dev.postern.check.host.ProgramRunner;
import dev.postern.check.host.SocketAccess;
import dev.postern.check.host.UnixAccount;
import dev.postern.check.host.UnixAccounts;
import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import dev.postern.model.RecipientDelimiter;
import java.nio.file.Path;

/** Everything about the Dovecot of this host. */
public final class DovecotCheck {

    private final AgentConfig config;
    private final ProgramRunner programs;
    private final UnixAccounts accounts;
    private final OtherAccountsCheck others;

    /**
     * Looks at nothing yet.
     *
     * @param others to which Dovecot's accounts on the database are added, for a look at them all
     */
    public DovecotCheck(AgentConfig config, ProgramRunner programs, UnixAccounts accounts, OtherAccountsCheck others) {
        this.config = config;
        this.programs = programs;
        this.accounts = accounts;
        this.others = others;
    }

    public void examine(CheckReport report) {
        ProgramRunner.ProgramResult doveconf = programs.run("doveconf");
        if (doveconf == null) {
            report.unchecked(CheckName.LOGINS, "doveconf is not installed here");
        } else if (doveconf.status() != 0) {
            report.problem(
                    CheckName.LOGINS,
                    "Dovecot's configuration",
                    "cannot be read: " + doveconf.err().strip().replaceAll("(?s).*\n", ""),
                    "see doveconf -n, as root");
        } else {
            examine(report, new DovecotConfig(DoveconfOutput.parse(doveconf.out()), accounts));
        }
    }

    private void examine(CheckReport report, DovecotConfig dovecot) {
        SocketAccess socketAccess = new SocketAccess(report);
        HookCheck hooks = new HookCheck(config, dovecot, socketAccess, report);
        LastLoginCheck lastLogin = new LastLoginCheck(config, dovecot, programs, report);
        RecipientDelimiter delimiter = config.address().recipientDelimiter();
        report.attempt(CheckName.LOGINS, () -> new LoginsCheck(config, dovecot, hooks, lastLogin, report).examine());
        report.attempt(CheckName.LOGINS, () -> new UserNamesCheck(dovecot, delimiter, report).examine());
        report.attempt(CheckName.FIGURES, () -> new FiguresCheck(config, dovecot, hooks, report).examine());
        report.attempt(CheckName.FIGURES, () -> new PluginsCheck(dovecot, report).examine());
        report.attempt(CheckName.FIGURES, () -> new InboxCheck(dovecot, report).examine());
        report.attempt(CheckName.SOCKETS, () -> mailSockets(report, dovecot, socketAccess));
        report.attempt(
                CheckName.GRANTS, () -> new SqlAccounts(dovecot, programs, config.mysql(), others, report).gather());
    }

    /** The dict's and the warnings' sockets, to which the owner of the mail connects. */
    private void mailSockets(CheckReport report, DovecotConfig dovecot, SocketAccess socketAccess) {
        UnixAccount mail = dovecot.mailAccount();
        if (config.dict() == null && config.warning() == null) {
            return;
        }
        if (mail == null) {
            report.unchecked(CheckName.SOCKETS, "Dovecot has no one mail_uid that would connect to them");
            return;
        }
        if (config.dict() != null) {
            socket(socketAccess, mail, config.dict().socket(), "dict");
        }
        if (config.warning() != null && config.warning().quota() != null) {
            socket(socketAccess, mail, config.warning().quota(), "warning");
        }
        if (config.warning() != null && config.warning().over() != null) {
            socket(socketAccess, mail, config.warning().over(), "warning");
        }
    }

    private void socket(SocketAccess socketAccess, UnixAccount mail, Path socket, String section) {
        String group = accounts.groupName(mail.gids().iterator().next());
        socketAccess.socket(
                mail,
                socket.getRoot(),
                socket,
                section,
                "group = \"" + group + "\" in [" + section + "], then systemctl restart postern");
    }
}
