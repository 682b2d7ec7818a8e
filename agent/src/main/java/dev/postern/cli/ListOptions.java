package dev.postern.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --format} of the commands that list rows of the database. */
final class ListOptions {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Option(
            names = "--format",
            paramLabel = "table|json|tab",
            defaultValue = "table",
            description = "For people; or for programs: JSON, or a line of fields separated by TAB for each"
                    + " (default: ${DEFAULT-VALUE}).")
    private ApiOptions.OutputFormat format = ApiOptions.OutputFormat.TABLE;

    /** Reads rows and gives them to a consumer. */
    @FunctionalInterface
    interface RowSource {
        void each(Consumer<Map<String, @Nullable Object>> consumer);
    }

    /** Prints all rows. */
    int print(RowSource rows, Map<String, String> environment, PrintWriter out, String... columns) {
        TablePrinter printer = new TablePrinter(
                List.of(columns).stream().map(TablePrinter.TableColumn::of).toList(),
                format,
                Terminal.width(environment),
                out);
        printer.begin("");
        rows.each(row -> printer.accept(json(row)));
        printer.complete();
        printer.end();
        return ExitCode.OK;
    }

    private static String json(Map<String, @Nullable Object> row) {
        try {
            return JSON.writeValueAsString(row);
        } catch (JsonProcessingException neverOfTextsAndNumbers) {
            throw new IllegalStateException(neverOfTextsAndNumbers);
        }
    }
}
