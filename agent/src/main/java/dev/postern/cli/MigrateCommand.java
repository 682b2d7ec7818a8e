package dev.postern.cli;

import dev.postern.config.AgentConfig;
import dev.postern.config.ConfigFile;
import dev.postern.config.PasswordFile;
import dev.postern.config.PrintableText;
import dev.postern.schema.Migration;
import dev.postern.schema.MigrationException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "migrate", description = "Brings the database to the newest schema; safe to repeat.")
final class MigrateCommand implements Callable<Integer> {

    /** Characters of the database's message. */
    private static final int LONGEST_MESSAGE = 1000;

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Option(
            names = "--admin-user",
            paramLabel = "U",
            required = true,
            description = "A database account that may create and alter tables.")
    private String adminUser = "";

    @Option(
            names = "--admin-password-file",
            paramLabel = "F",
            required = true,
            description = "Its password, alone in a file.")
    private Path adminPasswordFile = Path.of("");

    MigrateCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        ConfigFile.ConfigResult read = config.read(environment);
        if (read instanceof ConfigFile.RefusedConfig refused) {
            return config.report(refused, err);
        }
        PasswordFile.PasswordResult password = PasswordFile.read("--admin-password-file", adminPasswordFile);
        if (password instanceof PasswordFile.UnreadablePassword unreadable) {
            config.report(unreadable.problem(), err);
            return ExitCode.CONFIG;
        }
        return migrate(((ConfigFile.AcceptedConfig) read).config().mysql(), ((PasswordFile.Password) password).text());
    }

    private int migrate(AgentConfig.MysqlSection where, String password) {
        try {
            PrintWriter out = spec.commandLine().getOut();
            Migration.MigrationResult result = Migration.migrate(where, adminUser, password);
            result.applied().forEach(file -> out.println("applied " + file));
            out.println("database " + where.database() + " is at version " + result.version());
            out.flush();
            return ExitCode.OK;
        } catch (MigrationException e) {
            spec.commandLine()
                    .getErr()
                    .println("postern: "
                            + PrintableText.of(String.valueOf(e.getMessage()).replaceAll("\\R", " "), LONGEST_MESSAGE));
            return ExitCode.UNAVAILABLE;
        }
    }
}
