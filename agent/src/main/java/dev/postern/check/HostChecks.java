package dev.postern.check;

import dev.postern.check.agent.AgentCheck;
import dev.postern.check.agent.LoginCheck;
import dev.postern.check.database.DatabaseCheck;
import dev.postern.check.database.OtherAccountsCheck;
import dev.postern.check.database.SampleMailboxes;
import dev.postern.check.dovecot.DovecotCheck;
import dev.postern.check.files.DirectoriesCheck;
import dev.postern.check.files.SecretsCheck;
import dev.postern.check.host.AgentAccount;
import dev.postern.check.host.ProgramRunner;
import dev.postern.check.host.UnixAccounts;
import dev.postern.check.http.HttpCheck;
import dev.postern.check.postfix.PostfixCheck;
import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.AgentConfig;
import dev.postern.config.ConfigProblem;
import dev.postern.config.MyNetworks;
import dev.postern.config.PasswordFile;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All checks, in the order in which an installation is made: the first finding is the one to fix first. */
public final class HostChecks {

    private final ProgramRunner programs;

    /**
     * Looks at nothing yet.
     *
     * @param environment of the process
     */
    public HostChecks(Map<String, String> environment) {
        this.programs = new ProgramRunner(environment);
    }

    /**
     * Looks at everything that a configuration has to do with.
     *
     * @param file where it was read from
     * @param mailbox a login of which is reported and followed; null = none
     */
    public CheckReport examine(Path file, AgentConfig config, @Nullable String mailbox) {
        CheckReport report = new CheckReport();
        UnixAccounts accounts = new UnixAccounts(programs);
        AgentAccount agent = AgentAccount.of(config, accounts);
        report.attempt(CheckName.FILES, () -> new SecretsCheck(file, config, agent, report).examine());
        report.attempt(CheckName.FILES, () -> new DirectoriesCheck(file, config, accounts, agent, report).examine());
        report.attempt(CheckName.FILES, () -> mynetworks(file, config.relay(), report));
        String password = password(config.mysql(), report);
        if (password != null) {
            report.attempt(
                    CheckName.MYSQL,
                    () -> new DatabaseCheck(
                                    config.mysql(),
                                    password,
                                    config.address().recipientDelimiter(),
                                    InstantSource.system())
                            .examine(report));
        }
        OtherAccountsCheck others = new OtherAccountsCheck(config.mysql(), report);
        report.attempt(CheckName.LOGINS, () -> new DovecotCheck(config, programs, accounts, others).examine(report));
        boolean answers = report.attempt(CheckName.AGENT, false, () -> new AgentCheck(config, report).examine());
        report.attempt(
                CheckName.HTTP, () -> new HttpCheck(file, config.http(), InstantSource.system(), report).examine());
        int longestList = password == null ? 0 : SampleMailboxes.longestList(config.mysql(), password);
        List<String> mailboxes = answers && password != null ? SampleMailboxes.of(config.mysql(), password) : List.of();
        report.attempt(
                CheckName.RELAY,
                () -> new PostfixCheck(config, programs, accounts, mailboxes, longestList, others).examine(report));
        administering(config, others);
        report.attempt(CheckName.GRANTS, others::examine);
        if (mailbox != null && answers && password != null) {
            report.attempt(CheckName.LOGIN, () -> new LoginCheck(config, password, mailbox, report).examine());
        }
        return report;
    }

    /** The account of the commands that administer, where there is one and this account may read its password. */
    private static void administering(AgentConfig config, OtherAccountsCheck others) {
        Path file = config.web().mysqlPasswordFile();
        if (file != null && PasswordFile.read("web.mysql_password_file", file) instanceof PasswordFile.Password known) {
            others.add(OtherAccountsCheck.ADMINISTERING, config.mysql().withAccount(config.web()), known.text());
        }
    }

    private static @Nullable String password(AgentConfig.MysqlSection mysql, CheckReport report) {
        PasswordFile.PasswordResult password = PasswordFile.read("mysql.password_file", mysql.passwordFile());
        if (password instanceof PasswordFile.Password known) {
            return known.text();
        }
        report.unchecked(CheckName.MYSQL, "the account's password cannot be read");
        return null;
    }

    private static void mynetworks(Path file, AgentConfig.RelaySection relay, CheckReport report) {
        if (MyNetworks.read(relay.excludeMynetworks()) instanceof MyNetworks.UnreadableNetworks unreadable) {
            ConfigProblem problem = unreadable.problem();
            report.problem(
                    CheckName.FILES,
                    file + ": " + problem.key(),
                    "\"" + problem.value() + "\" " + problem.why(),
                    problem.hint());
        }
    }
}
