package dev.postern.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "mailbox",
        description = {
            "Asks the running agent for a mailbox, or for all of them: last login, figures and limits, with"
                    + " what is not in"
                    + " the database yet.",
            "Takes the HTTP API and a token of role read. 0 found, 1 no such mailbox.",
            "With a command, changes a mailbox in the database; no agent needs to run for that."
        })
final class MailboxCommand extends MailboxAdminCommands implements Callable<Integer> {

    private static final List<TablePrinter.TableColumn> COLUMNS = List.of(
            TablePrinter.TableColumn.of("email"),
            TablePrinter.TableColumn.time("lasttime"),
            TablePrinter.TableColumn.of("lastip"),
            TablePrinter.TableColumn.size("bytes"),
            TablePrinter.TableColumn.size("max_bytes"),
            TablePrinter.TableColumn.of("messages"),
            TablePrinter.TableColumn.of("max_messages"),
            TablePrinter.TableColumn.of("active"),
            TablePrinter.TableColumn.of("over_quota"),
            TablePrinter.TableColumn.of("pending"));

    /** All pages of the API's are one here. */
    private static final String LAST_PAGE = "\"next\":null,";

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Parameters(index = "0", arity = "0..1", paramLabel = "EMAIL", description = "This one alone.")
    private @Nullable String email;

    @Option(names = "--search", paramLabel = "TEXT", description = "Part of the address; or @ and a whole domain.")
    private @Nullable String search;

    @Option(names = "--over-quota", description = "Those alone that are over quota.")
    private boolean overQuota;

    @Option(
            names = "--inactive-since",
            paramLabel = "TIME",
            description = "Those alone that have not logged in since then, or never: 2026-01-31T00:00:00Z.")
    private @Nullable String inactiveSince;

    MailboxCommand(Map<String, String> environment) {
        super(environment);
        this.environment = environment;
    }

    @Override
    public Integer call() {
        if (email != null && (search != null || overQuota || inactiveSince != null)) {
            throw new ParameterException(spec.commandLine(), "EMAIL goes without --search and the like");
        }
        TablePrinter rows = api.rows(COLUMNS, environment);
        int exit = api.ask(environment, client -> email == null ? all(client, rows) : one(client, rows));
        rows.end();
        return exit;
    }

    private int one(ApiClient client, TablePrinter rows) {
        ApiClient.ApiReply answer = client.get("/api/v1/mailboxes/" + encoded(String.valueOf(email)));
        if (answer.status() != 200) {
            return api.refused(answer, "no mailbox " + email + " that this token may see");
        }
        rows.accept(answer.body());
        return ExitCode.OK;
    }

    private int all(ApiClient client, TablePrinter rows) {
        StringBuilder uri = new StringBuilder("/api/v1/mailboxes?format=ndjson");
        if (search != null) {
            uri.append("&search=").append(encoded(search));
        }
        if (overQuota) {
            uri.append("&over_quota=true");
        }
        if (inactiveSince != null) {
            uri.append("&inactive_since=").append(encoded(inactiveSince));
        }
        return api.list(client, uri.toString(), LAST_PAGE, rows);
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
