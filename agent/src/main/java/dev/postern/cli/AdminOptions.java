package dev.postern.cli;

import dev.postern.admin.InvalidInputException;
import dev.postern.admin.RefusedChangeException;
import dev.postern.admin.store.AdminDatabase;
import dev.postern.admin.store.AdminDatabaseException;
import dev.postern.config.AgentConfig;
import dev.postern.config.ConfigFile;
import dev.postern.config.ConfigProblem;
import dev.postern.config.PasswordFile;
import dev.postern.config.PrintableText;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Options of the commands that change domains, mailboxes and subscriptions, and how such a command ends. */
final class AdminOptions {

    private static final String PASSWORD_KEY = "web.mysql_password_file";

    private static final int MAX_MESSAGE = 1000;

    private static final int MAX_NAME = 100;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOption config = new ConfigOption();

    /** What a command does; the exit code. */
    @FunctionalInterface
    interface AdminWork {
        int with(AdminDatabase database, AgentConfig config);
    }

    /** A change that may need a confirmation. */
    @FunctionalInterface
    interface ConfirmableChange {
        void make(boolean confirmed);
    }

    /** Does it with the database that the configuration names; each failure is one line on stderr. */
    int run(Map<String, String> environment, AdminWork work) {
        ConfigFile.ConfigResult read = config.read(environment);
        if (read instanceof ConfigFile.RefusedConfig refused) {
            return config.report(refused, err());
        }
        AgentConfig accepted = ((ConfigFile.AcceptedConfig) read).config();
        PasswordFile.PasswordResult password =
                PasswordFile.read(PASSWORD_KEY, accepted.web().mysqlPasswordFile());
        if (password instanceof PasswordFile.UnreadablePassword unreadable) {
            return unreadable(unreadable, accepted.web());
        }
        AgentConfig.MysqlSection where = accepted.mysql().withAccount(accepted.web());
        try {
            return work.with(
                    new AdminDatabase(where, ((PasswordFile.Password) password).text(), actor(environment)), accepted);
        } catch (InvalidInputException e) {
            return fail(String.valueOf(e.getMessage()), ExitCode.USAGE);
        } catch (RefusedChangeException e) {
            return fail(e.getMessage() + (e.isConfirmable() ? "; --yes to go on" : ""), ExitCode.NO);
        } catch (AdminDatabaseException e) {
            return fail(
                    String.valueOf(e.getMessage()),
                    switch (e.kind()) {
                        case AWAY -> ExitCode.TEMPFAIL;
                        case UNFIT -> ExitCode.CONFIG;
                        case OTHER -> ExitCode.UNAVAILABLE;
                    });
        }
    }

    /**
     * Makes a change; asks on the terminal, if there is one, where it has a consequence to confirm.
     *
     * @param yes whether it is confirmed already
     * @return the exit code: whether it was made
     */
    int confirm(boolean yes, ConfirmableChange change) {
        try {
            change.make(yes);
        } catch (RefusedChangeException e) {
            Console console = Terminal.console();
            if (!e.isConfirmable() || console == null) {
                throw e;
            }
            if (!isYes(console.readLine(
                    "%s%nGo on? [y/N] ", PrintableText.of(String.valueOf(e.getMessage()), MAX_MESSAGE)))) {
                return fail("nothing was changed", ExitCode.NO);
            }
            change.make(true);
        }
        return ExitCode.OK;
    }

    private static boolean isYes(@Nullable String answer) {
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
    }

    /** The file is for root, and not for the agent. */
    private int unreadable(PasswordFile.UnreadablePassword unreadable, AgentConfig.WebSection web) {
        String file = String.valueOf(web.mysqlPasswordFile());
        config.report(
                ConfigProblem.of(
                        PASSWORD_KEY,
                        file,
                        unreadable.problem().why(),
                        unreadable.denied()
                                ? "run this as root"
                                : "write the password of " + web.mysqlUser()
                                        + " alone into it: install -m 0600 /dev/stdin " + file),
                err());
        return unreadable.denied() ? ExitCode.NOPERM : ExitCode.CONFIG;
    }

    /** The author of a change: the account of the system, behind sudo the one that has called it. */
    private static String actor(Map<String, String> environment) {
        String user = System.getProperty("user.name", "");
        String caller = environment.getOrDefault("SUDO_USER", "");
        return "cli:" + PrintableText.of(user.equals("root") && !caller.isEmpty() ? caller : user, MAX_NAME);
    }

    int fail(String message, int code) {
        err().println("postern: " + PrintableText.of(message, MAX_MESSAGE));
        return code;
    }

    /** Prints a line of the result. */
    void print(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(PrintableText.of(line, MAX_MESSAGE));
        out.flush();
    }

    /** Prints the last line of the result. */
    int done(String line) {
        print(line);
        return ExitCode.OK;
    }

    /** Prints a line beside the result. */
    void note(String line) {
        err().println("postern: note: " + PrintableText.of(line, MAX_MESSAGE));
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
