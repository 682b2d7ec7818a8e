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
    void nothingSteersATerminal() {
        String steering = "\u001b\u009b\u202e\u2028\ue000";
        TablePrinter json = rows(ApiOptions.OutputFormat.JSON);
        json.accept("{\"email\":\"" + steering + "é\ud83d\udce7\"}");
        json.end();
        assertThat(out).hasToString("{\"email\":\"\\u001b\\u009b\\u202e\\u2028\\ue000é\ud83d\udce7\"}\n");
        assertThat(JsonText.read(out.toString()).path("email").asText()).isEqualTo(steering + "é\ud83d\udce7");
        TablePrinter tab = rows(ApiOptions.OutputFormat.TAB);
        tab.accept("{\"email\":\"a\\u009b\\tb\",\"bytes\":1}");
        assertThat(out.toString()).endsWith("\na??b\t1\n");
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
