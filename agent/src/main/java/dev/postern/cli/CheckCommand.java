package dev.postern.cli;

import dev.postern.config.ConfigFile;
import dev.postern.config.ConfigProblem;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        description = "Reports all problems of the file and of the host, each with the line that mends it.")
final class CheckCommand implements Callable<Integer> {

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOption config = new ConfigOption();

    CheckCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        ConfigFile.Result read = config.read(environment);
        if (read instanceof ConfigFile.Refused refused) {
            return config.report(refused, out);
        }
        List<ConfigProblem> problems = new HostCheck(((ConfigFile.Accepted) read).config()).problems();
        problems.forEach(problem -> config.report(problem, out));
        return problems.isEmpty() ? Exit.OK : Exit.NO;
    }
}
