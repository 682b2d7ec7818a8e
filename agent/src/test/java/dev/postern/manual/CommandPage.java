package dev.postern.manual;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The page of a command with all its subcommands. */
public final class CommandPage {

    private CommandPage() {}

    public static Roff of(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        Roff page =
                new Roff(spec.name(), 8, text(spec.usageMessage().description()).replaceFirst("\\.$", ""));
        page.heading("SYNOPSIS");
        all(command).forEach(sub -> page.paragraph("`" + synopsis(sub) + "`"));
        page.heading("DESCRIPTION");
        page.paragraph(text(spec.usageMessage().description())
                + " Every command has `--help`, and without a command there is an overview.");
        page.heading("COMMANDS");
        all(command).forEach(sub -> command(page, sub));
        page.heading("EXIT STATUS");
        page.paragraph(text(spec.usageMessage().footer()).strip());
        page.heading("FILES");
        page.item("`/etc/postern/postern.toml`", "The configuration: `postern.toml`(5).");
        page.item("`/etc/postern/cli.token`", "The token that `mailbox` and `relay` show to the agent.");
        page.item(
                "`/etc/postern/admin.password`",
                "The password of the database account by which domains, mailboxes and subscriptions are changed.");
        page.heading("ENVIRONMENT");
        page.item("`POSTERN_<SECTION>_<KEY>`", "In place of what the configuration says: `postern.toml`(5).");
        page.item("`POSTERN_JAVA_OPTS`", "More options for Java.");
        page.item("`COLUMNS`", "How wide a table may be.");
        page.heading("SEE ALSO");
        return page.paragraph("`postern.toml`(5), `imap-postlogin`(8), `quota-warning`(8), `quota-import`(8)");
    }

    /** Those that do something, the commands of commands among them. */
    private static Stream<CommandLine> all(CommandLine command) {
        return command.getSubcommands().values().stream()
                .filter(sub -> !sub.getCommandSpec().usageMessage().hidden())
                .flatMap(sub -> Stream.concat(
                        sub.getSubcommands().isEmpty() || sub.getCommand() instanceof Callable
                                ? Stream.of(sub)
                                : Stream.empty(),
                        all(sub)));
    }

    private static String synopsis(CommandLine command) {
        command.setUsageHelpWidth(1000);
        return new Help(command.getCommandSpec(), Help.defaultColorScheme(Help.Ansi.OFF))
                .synopsis(0)
                .strip();
    }

    private static void command(Roff page, CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        page.subheading(spec.qualifiedName(" "));
        page.paragraph(text(spec.usageMessage().description()));
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            page.item("`" + parameter.paramLabel() + "`", text(parameter.description()));
        }
        for (OptionSpec option : spec.options()) {
            if (!option.hidden()
                    && !List.of(option.names()).contains("--help")
                    && !List.of(option.names()).contains("--version")) {
                page.item("`" + String.join("`, `", option.names()) + label(option) + "`", text(option.description()));
            }
        }
    }

    private static String label(ArgSpec option) {
        return option.arity().max() == 0 ? "" : " " + option.paramLabel();
    }

    private static String text(String... description) {
        return String.join(" ", description).replace("%n", " ").replaceAll("\\s+", " ");
    }
}
