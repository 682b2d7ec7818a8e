package dev.postern.cli;

import java.io.PrintWriter;
import java.util.Map;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The command {@code postern} with all its subcommands. */
public final class Cli {

    private static final int USAGE_WIDTH = 100;

    private final CommandLine postern;

    /**
     * Puts the commands together.
     *
     * @param environment of the process
     */
    public Cli(
            AgentRunner daemon,
            DemoRunner trial,
            CheckRunner examiner,
            Map<String, String> environment,
            PrintWriter out,
            PrintWriter err) {
        postern = new CommandLine(new PosternCommand())
                .addSubcommand(new RunCommand(daemon, environment))
                .addSubcommand(new TryCommand(trial))
                .addSubcommand(new CheckCommand(examiner, environment))
                .addSubcommand(new ConfigCommand(environment))
                .addSubcommand(new MigrateCommand(environment))
                .addSubcommand(takingKeys(new LookupCommand(environment)))
                .addSubcommand(new MailboxCommand(environment))
                .addSubcommand(new DomainCommand(environment))
                .addSubcommand(new SubscriptionCommand(environment))
                .addSubcommand(new RelayCommand(environment))
                .addSubcommand(new TokenCommand(environment))
                .addSubcommand(new GenerateCompletion())
                .addSubcommand(new CommandLine.HelpCommand());
        postern.getSubcommands().values().forEach(Cli::withHelp);
        postern.setCaseInsensitiveEnumValuesAllowed(true);
        // A word that begins with @ is a domain here, and no file of words.
        postern.setExpandAtFiles(false);
        postern.setUsageHelpWidth(USAGE_WIDTH).setOut(out).setErr(err);
        postern.setParameterExceptionHandler(Cli::misused);
        postern.setExecutionExceptionHandler(Cli::faulty);
    }

    private static void withHelp(CommandLine command) {
        if (!command.getCommandSpec().mixinStandardHelpOptions()
                && !command.getCommandName().equals("help")) {
            command.getCommandSpec().mixinStandardHelpOptions(true);
        }
    }

    /** An address may begin with a hyphen. What begins with that of an option is none, and no call for help either. */
    private static CommandLine takingKeys(LookupCommand lookup) {
        return new CommandLine(lookup)
                .setUnmatchedOptionsArePositionalParams(true)
                .setPosixClusteredShortOptionsAllowed(false);
    }

    /** All commands and their options, for the manual. */
    CommandLine commands() {
        return postern;
    }

    /** Runs a command to its end; the exit code. */
    public int run(String... args) {
        return postern.execute(args);
    }

    private static int misused(ParameterException e, String[] args) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println("postern: " + e.getMessage());
        e.getCommandLine().usage(err);
        return ExitCode.USAGE;
    }

    /** Only a bug gets here, and its report needs the whole stack trace. */
    private static int faulty(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
        PrintWriter err = command.getErr();
        err.println("postern: a fault of this program, please report it");
        e.printStackTrace(err);
        return ExitCode.SOFTWARE;
    }
}
