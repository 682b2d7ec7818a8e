package dev.postern.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "relay",
        description = {
            "Asks the running agent which addresses may relay because they have just logged in, those that may longest"
                    + " first; or closes the window of one.",
            "Takes the HTTP API and a token, to close one of role write. 0 done, 1 window not found."
        })
final class RelayCommand implements Callable<Integer> {

    private static final List<TablePrinter.TableColumn> COLUMNS = List.of(
            TablePrinter.TableColumn.of("user"),
            TablePrinter.TableColumn.of("ip"),
            TablePrinter.TableColumn.of("service"),
            TablePrinter.TableColumn.time("login"),
            TablePrinter.TableColumn.time("end"));

    /** For the shell's completion. */
    static final class Verbs extends CompletionWords {
        Verbs() {
            super("list", "close");
        }
    }

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Parameters(
            arity = "0..2",
            paramLabel = "list | close IP",
            description = "What to do (default: list).",
            hideParamSyntax = true,
            completionCandidates = Verbs.class)
    private List<String> words = List.of();

    RelayCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        if (words.isEmpty() || words.equals(List.of("list"))) {
            return list();
        }
        if (words.size() == 2 && words.get(0).equals("close")) {
            return close(words.get(1));
        }
        throw new ParameterException(spec.commandLine(), "write: relay, relay list, or relay close IP");
    }

    private int list() {
        TablePrinter rows = api.rows(COLUMNS, environment);
        int exit = api.ask(environment, client -> api.list(client, "/api/v1/relay?format=ndjson", "", rows));
        rows.end();
        return exit;
    }

    private int close(String ip) {
        return api.ask(environment, client -> {
            ApiClient.ApiReply answer = client.delete("/api/v1/relay/" + MailboxCommand.encoded(ip));
            return answer.status() == 204
                    ? ExitCode.OK
                    : api.refused(answer, "no relay window of " + ip + " is open that this token may see");
        });
    }
}
