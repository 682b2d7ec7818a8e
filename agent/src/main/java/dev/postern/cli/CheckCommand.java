package dev.postern.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import dev.postern.config.ConfigFile;
import dev.postern.model.MailAddress;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        description = {
            "Reports all problems of the file, or of the host at once, each with the line that fixes it.",
            "Looks at files, database, Dovecot, Postfix and the running agent; changes nothing. Run it as root: what"
                    + " cannot be checked is reported on stderr and is not a problem."
        })
final class CheckCommand implements Callable<Integer> {

    /** How findings are printed. */
    enum ReportFormat {
        TEXT,
        JSON;

        /** As it is written on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final CheckRunner checkRunner;
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private ReportFormat format = ReportFormat.TEXT;

    @Option(
            names = "--mailbox",
            paramLabel = "EMAIL",
            description = {
                "Also reports a login of this mailbox to the agent, from 192.0.2.1 (an unused address), and"
                        + " looks for it in"
                        + " the table and at the relay. Its last login is that one then."
            })
    private @Nullable String mailbox;

    CheckCommand(CheckRunner examiner, Map<String, String> environment) {
        this.checkRunner = examiner;
        this.environment = environment;
    }

    @Override
    public Integer call() {
        if (mailbox != null && MailAddress.parse(mailbox) == null) {
            throw new ParameterException(spec.commandLine(), "--mailbox is not an address");
        }
        ConfigFile.ConfigResult read = config.read(environment);
        if (read instanceof ConfigFile.RefusedConfig refused) {
            return refused(refused);
        }
        CheckReport report = checkRunner.examine(config.file(), ((ConfigFile.AcceptedConfig) read).config(), mailbox);
        if (format == ReportFormat.JSON) {
            json(report);
        } else {
            text(report);
        }
        return report.findings().isEmpty() ? ExitCode.OK : ExitCode.NO;
    }

    private int refused(ConfigFile.RefusedConfig refused) {
        if (format == ReportFormat.TEXT) {
            return config.report(refused, spec.commandLine().getOut());
        }
        CheckReport report = new CheckReport();
        refused.problems()
                .forEach(problem -> report.problem(
                        CheckName.CONFIG,
                        config.file() + ": " + problem.key(),
                        problem.value() == null ? problem.why() : "\"" + problem.value() + "\" " + problem.why(),
                        problem.hint()));
        json(report);
        return ExitCode.CONFIG;
    }

    private void text(CheckReport report) {
        PrintWriter err = spec.commandLine().getErr();
        report.unchecked().forEach(unchecked -> err.println("postern: " + unchecked));
        report.notes().forEach(note -> err.println("postern: note: " + note));
        PrintWriter out = spec.commandLine().getOut();
        report.findings().forEach(finding -> out.println("postern: " + finding));
        err.flush();
        out.flush();
    }

    private void json(CheckReport report) {
        Map<String, List<Map<String, String>>> all = new LinkedHashMap<>();
        all.put(
                "findings",
                report.findings().stream()
                        .map(finding -> fields(
                                "check", finding.check().word(),
                                "where", finding.where(),
                                "problem", finding.problem(),
                                "mend", finding.fix()))
                        .toList());
        all.put(
                "unchecked",
                report.unchecked().stream()
                        .map(unchecked -> fields("check", unchecked.check().word(), "why", unchecked.why()))
                        .toList());
        all.put(
                "notes",
                report.notes().stream()
                        .map(note -> fields("check", note.check().word(), "text", note.text()))
                        .toList());
        try {
            PrintWriter out = spec.commandLine().getOut();
            out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all));
            out.flush();
        } catch (JsonProcessingException neverOfTexts) {
            throw new IllegalStateException(neverOfTexts);
        }
    }

    private static Map<String, String> fields(String... namesAndValues) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return fields;
    }
}
