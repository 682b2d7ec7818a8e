package dev.postern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class TablePrinterTest {

    private final StringWriter out = new StringWriter();

    @Test
    void aListOfJsonIsOneDocument() {
        TablePrinter rows = rows(ApiOptions.OutputFormat.JSON);
        rows.begin("\"as_of\":\"now\",");
        rows.accept("{\"email\":\"a\"}");
        rows.accept("{\"email\":\"b\"}");
        rows.complete();
        rows.end();
        assertThat(out).hasToString("{\"as_of\":\"now\",\"items\":[\n{\"email\":\"a\"},\n{\"email\":\"b\"}\n]}\n");
        assertThat(JsonText.read(out.toString()).path("items")).hasSize(2);
    }

    @Test
    void soIsOneWithoutItems() {
        TablePrinter rows = rows(ApiOptions.OutputFormat.JSON);
        rows.begin("\"as_of\":\"now\",");
        rows.complete();
        assertThat(out).hasToString("{\"as_of\":\"now\",\"items\":[]}\n");
    }

    @Test
    void oneThatBreaksOffIsNone() {
        TablePrinter rows = rows(ApiOptions.OutputFormat.JSON);
        rows.begin("\"as_of\":\"now\",");
        rows.accept("{\"email\":\"a\"}");
        rows.end();
        assertThat(JsonText.read(out.toString()).isMissingNode()).isTrue();
    }

    @Test
    void oneItemIsAsItCame() {
        TablePrinter rows = rows(ApiOptions.OutputFormat.JSON);
        rows.accept("{\"email\":\"a\"}");
        rows.end();
        assertThat(out).hasToString("{\"email\":\"a\"}\n");
    }

    @Test
    void fieldsAreAListsAlone() {
        TablePrinter rows = rows(ApiOptions.OutputFormat.TAB);
        rows.begin("\"as_of\":\"now\",");
        rows.accept("{\"email\":\"a\",\"bytes\":1}");
        rows.complete();
        assertThat(out).hasToString("a\t1\n");
    }

    private TablePrinter rows(ApiOptions.OutputFormat format) {
        return new TablePrinter(
                List.of(TablePrinter.TableColumn.of("email"), TablePrinter.TableColumn.size("bytes")),
                format,
                0,
                new PrintWriter(out, true));
    }
}
