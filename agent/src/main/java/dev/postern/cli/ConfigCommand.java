package dev.postern.cli;

import dev.postern.config.ConfigFile;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "config", description = "Prints the values that hold, as TOML, and where they come from.")
final class ConfigCommand implements Callable<Integer> {

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Option(names = "-n", description = "What somebody has set, and no defaults.")
    private boolean setAlone;

    ConfigCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        ConfigFile.ConfigResult read = config.read(environment);
        if (read instanceof ConfigFile.RefusedConfig refused) {
            return config.report(refused, spec.commandLine().getErr());
        }
        PrintWriter out = spec.commandLine().getOut();
        ConfigFile.AcceptedConfig accepted = (ConfigFile.AcceptedConfig) read;
        out.print(setAlone ? accepted.set() : accepted.effective());
        out.flush();
        return ExitCode.OK;
    }
}
