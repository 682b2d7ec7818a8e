package dev.postern.cli;

import dev.postern.config.ConfigFile;
import dev.postern.config.ConfigProblem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;

/** {@code --config FILE}, and the message for a file that cannot be used. */
final class ConfigOption {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = ConfigFile.DEFAULT,
            description = "The configuration file (default: ${DEFAULT-VALUE}).")
    private Path file = Path.of(ConfigFile.DEFAULT);

    ConfigFile.ConfigResult read(Map<String, String> environment) {
        return ConfigFile.read(file, environment);
    }

    Path file() {
        return file;
    }

    /** One line a problem, each with where it is. */
    int report(ConfigFile.RefusedConfig refused, PrintWriter out) {
        refused.problems().forEach(problem -> report(problem, out));
        return ExitCode.CONFIG;
    }

    void report(ConfigProblem problem, PrintWriter out) {
        boolean placed = problem.key().startsWith(file.toString())
                || problem.key().startsWith("POSTERN_")
                || problem.key().startsWith("--");
        out.println("postern: " + (placed ? "" : file + ": ") + problem);
        out.flush();
    }
}
