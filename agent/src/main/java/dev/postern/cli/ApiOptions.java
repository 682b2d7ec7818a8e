package dev.postern.cli;

import dev.postern.config.AgentConfig;
import dev.postern.config.ConfigFile;
import dev.postern.config.PasswordFile;
import dev.postern.config.PrintableText;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of the commands that ask the running agent: where it listens, the token, the output format. */
final class ApiOptions {

    /** How an answer is printed. */
    enum OutputFormat {
        TABLE,
        JSON,
        TAB;

        /** As it is written on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Characters of the agent's message for a failure. */
    private static final int LONGEST_MESSAGE = 500;

    /** Beside the configuration file by default. */
    private static final String TOKEN = "cli.token";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "What `postern token add` has printed (default: cli.token beside the configuration file).")
    private @Nullable Path tokenFile;

    @Option(
            names = "--format",
            paramLabel = "table|json|tab",
            defaultValue = "table",
            description = "For people, as many columns as the terminal has room for; for programs JSON as the HTTP API"
                    + " answers, a list with all its items in one document, or a line of fields separated by"
                    + " TAB for each"
                    + " (default: ${DEFAULT-VALUE}).")
    private OutputFormat format = OutputFormat.TABLE;

    /** Prints items in the requested format. */
    TablePrinter rows(List<TablePrinter.TableColumn> columns, Map<String, String> environment) {
        return new TablePrinter(
                columns, format, Terminal.width(environment), spec.commandLine().getOut());
    }

    /** What a command does with the API; the exit code. */
    @FunctionalInterface
    interface ApiCall {
        int with(ApiClient api);
    }

    /** Finds the agent and the token, and asks. */
    int ask(Map<String, String> environment, ApiCall work) {
        PrintWriter err = spec.commandLine().getErr();
        ConfigFile.ConfigResult read = config.read(environment);
        if (read instanceof ConfigFile.RefusedConfig refused) {
            return config.report(refused, err);
        }
        AgentConfig.HttpSection http =
                ((ConfigFile.AcceptedConfig) read).config().http();
        if (http == null) {
            err.println("postern: the configuration has no [http]; add the section");
            return ExitCode.CONFIG;
        }
        Path file = tokenFile == null ? config.file().toAbsolutePath().resolveSibling(TOKEN) : tokenFile;
        PasswordFile.PasswordResult token = PasswordFile.read("--token-file", file);
        if (!(token instanceof PasswordFile.Password known)) {
            err.println("postern: --token-file: \"" + file + "\" cannot be read; (umask 077 && postern token add cli"
                    + " --role write >" + file + ")");
            return ExitCode.CONFIG;
        }
        try (ApiClient api = new ApiClient(http, lastError(known.text()))) {
            return work.with(api);
        }
    }

    /**
     * Reads a whole list and prints it as it comes; returns the exit code.
     *
     * @param members of the API's document beside {@code as_of} and {@code items}, each with a comma behind it
     */
    int list(ApiClient client, String uri, String members, TablePrinter rows) {
        ApiClient.ApiReply answer =
                client.lines(uri, asOf -> rows.begin("\"as_of\":" + JsonText.quoted(asOf) + "," + members), rows);
        if (answer.status() != 200) {
            return refused(answer, "this agent has no such list");
        }
        rows.complete();
        return ExitCode.OK;
    }

    /** The whole of what was printed may be kept. */
    private static String lastError(String text) {
        String line = text.strip();
        return line.substring(line.lastIndexOf(' ') + 1).replaceAll("[^\\x21-\\x7e]", "");
    }

    /**
     * Prints the reason for a missing answer.
     *
     * @param missing what a status of 404 means
     * @return the exit code
     */
    int refused(ApiClient.ApiReply answer, String missing) {
        String detail = JsonText.detail(answer.body());
        String why = switch (answer.status()) {
            case 0 -> "the agent does not answer: " + answer.body();
            case 401 -> "the agent does not know this token: postern token list, and --token-file";
            case 403 -> "this token may not do that" + detail;
            case 404 -> missing;
            case 429 -> "too many requests: try again in a second";
            case 503 -> "not available now" + detail;
            default -> "the agent refuses the request with status " + answer.status() + detail;
        };
        spec.commandLine().getErr().println("postern: " + PrintableText.of(why, LONGEST_MESSAGE));
        return switch (answer.status()) {
            case 400 -> ExitCode.USAGE;
            case 401, 403 -> ExitCode.NOPERM;
            case 404 -> ExitCode.NO;
            case 429, 503 -> ExitCode.TEMPFAIL;
            default -> ExitCode.UNAVAILABLE;
        };
    }
}
